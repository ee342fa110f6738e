using System.Reflection;

namespace Railyard.Local.Tests.Conformance;

/// <summary>
/// Writes a type as C# does, with the question marks that the compiler left in its attributes.
/// </summary>
internal static class TypeName
{
    const byte Annotated = 2;

    static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string",
        [typeof(bool)] = "bool", [typeof(char)] = "char",
        [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short",
        [typeof(ushort)] = "ushort", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long",
        [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type) => Write(type, new Marks([], 0));

    public static string Of(ParameterInfo parameter) =>
        Write(parameter.ParameterType, Marks.Of(parameter.GetCustomAttributesData(), parameter.Member));

    public static string Of(PropertyInfo property) =>
        Write(property.PropertyType, Marks.Of(property.GetCustomAttributesData(), property.DeclaringType!));

    public static string Of(FieldInfo field) =>
        Write(field.FieldType, Marks.Of(field.GetCustomAttributesData(), field.DeclaringType!));

    public static string Of(EventInfo happening) =>
        Write(
            happening.EventHandlerType!,
            Marks.Of(happening.GetCustomAttributesData(), happening.DeclaringType!));

    static string Write(Type type, Marks marks)
    {
        if (type.IsByRef) return Write(type.GetElementType()!, marks);
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Write(underlying, marks) + "?";
        var mark = TakesMark(type) && marks.Next() == Annotated && !type.IsValueType ? "?" : "";
        if (type.IsArray) return Write(type.GetElementType()!, marks) + "[]" + mark;
        if (type.IsGenericParameter) return type.Name + mark;
        return Keywords.TryGetValue(type, out var keyword) ? keyword + mark : Named(type, marks) + mark;
    }

    static bool TakesMark(Type type) => !type.IsValueType || type.IsGenericType;

    static string Named(Type type, Marks marks)
    {
        var arguments = new Queue<Type>(type.GetGenericArguments());
        var parts = Chain(type).Select(part => Part(part, arguments, marks));
        return (type.Namespace is null ? "" : type.Namespace + ".") + string.Join('.', parts.ToArray());
    }

    // A nested type repeats the generic parameters of the types around it; each belongs to the part that
    // declared it.
    static string Part(Type part, Queue<Type> arguments, Marks marks)
    {
        var tick = part.Name.IndexOf('`', StringComparison.Ordinal);
        if (tick < 0) return part.Name;
        var own =
            Enumerable.Range(0, int.Parse(part.Name[(tick + 1)..])).Select(
                _ => Write(arguments.Dequeue(), marks));
        return $"{part.Name[..tick]}<{string.Join(", ", own.ToArray())}>";
    }

    static IEnumerable<Type> Chain(Type type) =>
        type.DeclaringType is { } outer ? Chain(outer).Append(type) : [type];

    /// <summary>
    /// One byte a reference in the order in which they are written, or one for all of them.
    /// </summary>
    sealed class Marks(IReadOnlyList<byte> bytes, byte rest)
    {
        const string OfOne = "System.Runtime.CompilerServices.NullableAttribute";
        const string OfContext = "System.Runtime.CompilerServices.NullableContextAttribute";

        int position;

        public byte Next() => position < bytes.Count ? bytes[position++] : rest;

        public static Marks Of(IList<CustomAttributeData> own, MemberInfo context)
        {
            var mark = own.FirstOrDefault(mark => mark.AttributeType.FullName == OfOne);
            var argument = mark?.ConstructorArguments[0].Value;
            return argument switch
            {
                byte all => new Marks([], all),
                IEnumerable<CustomAttributeTypedArgument> each =>
                    new Marks([.. each.Select(one => (byte)one.Value!)], 0),
                _ => new Marks([], Around(context)),
            };
        }

        static byte Around(MemberInfo? member)
        {
            for (; member is not null; member = member.DeclaringType)
            {
                var context = member.GetCustomAttributesData()
                    .FirstOrDefault(mark => mark.AttributeType.FullName == OfContext);
                if (context is not null) return (byte)context.ConstructorArguments[0].Value!;
            }
            return 0;
        }
    }
}
