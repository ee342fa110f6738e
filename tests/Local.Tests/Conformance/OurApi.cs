using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Railyard.Local.Tests.Conformance;

/// <summary>Writes the public surface of our stand-ins in the notation of the official lists.</summary>
internal static class OurApi
{
    const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance |
        BindingFlags.Static | BindingFlags.DeclaredOnly;
    const string CloneOfRecord = "<Clone>$";

    public static IEnumerable<Type> StandIns(Assembly assembly) =>
        assembly.GetExportedTypes().Where(type => type.Namespace is { } name &&
            (name.StartsWith("Microsoft.", StringComparison.Ordinal)
                || name.StartsWith("Azure.", StringComparison.Ordinal)));

    public static string Declaration(Type type)
    {
        if (IsDelegate(type)) return Delegate(type);
        var modifiers = type switch
        {
            { IsInterface: true } or { IsValueType: true } => "",
            { IsAbstract: true, IsSealed: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsSealed: true } => "sealed ",
            _ => "",
        };
        return $"public {modifiers}{Kind(type)} {TypeName.Of(type)}";
    }

    public static IEnumerable<string> Parents(Type type)
    {
        if (IsDelegate(type) || type.IsEnum) yield break;
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            yield return TypeName.Of(parent);
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        foreach (var offered in type.GetInterfaces().Except(inherited).Where(offered => offered.IsVisible))
            yield return TypeName.Of(offered);
    }

    public static IEnumerable<(string Name, string Line)> Members(Type type)
    {
        if (IsDelegate(type)) return [];
        if (type.IsEnum) return Values(type);
        return [
            .. type.GetConstructors(Declared).Where(IsOffered).Select(
                each => (TypeName.Of(type), Constructor(each))),
            .. type.GetProperties(Declared).Where(each => Accessors(each).Any(IsOffered)).Select(
                each => (Qualified(each), Property(each))),
            .. type.GetEvents(Declared).Where(each => IsOffered(each.AddMethod!)).Select(
                each => (Qualified(each), Event(each))),
            .. type.GetFields(Declared).Where(IsOffered).Select(each => (Qualified(each), Field(each))),
            .. type.GetMethods(Declared).Where(
                each => IsOffered(each) && !IsAccessor(each) && each.Name != CloneOfRecord)
                .Select(each => (Qualified(each), Method(each))),
        ];
    }

    static IEnumerable<(string, string)> Values(Type type) =>
        Enum.GetNames(type).Select(name =>
            ($"{TypeName.Of(type)}.{name}",
                $"{TypeName.Of(type)}.{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}"));

    static bool IsDelegate(Type type) => type.BaseType == typeof(MulticastDelegate);

    static string Delegate(Type type)
    {
        var invoke = type.GetMethod("Invoke")!;
        return $"public delegate {TypeName.Of(invoke.ReturnParameter)} {TypeName.Of(type)}({Parameters(invoke)})";
    }

    static string Kind(Type type) =>
        type.IsInterface ? "interface"
        : type.IsEnum ? "enum"
        : type.IsValueType ? "struct"
        : type.GetMethod(CloneOfRecord, Declared) is not null ? "record"
        : "class";

    static string Constructor(ConstructorInfo each) =>
        $"{Access(each)}{TypeName.Of(each.DeclaringType!)}({Parameters(each)})";

    static string Method(MethodInfo each)
    {
        var generics = each.IsGenericMethodDefinition
            ? $"<{string.Join(", ", each.GetGenericArguments().Select(argument => argument.Name))}>"
            : "";
        return $"{Access(each)}{Modifiers(each)}{TypeName.Of(each.ReturnParameter)} {Qualified(each)}{generics}" +
            $"({Parameters(each)}){Constraints(each)}";
    }

    static string Property(PropertyInfo each)
    {
        var widest = Accessors(each).Where(IsOffered).OrderBy(Rank).First();
        var accessors = Accessors(each).Where(IsOffered).Select(accessor =>
            (Rank(accessor) > Rank(widest) ? Access(accessor) : "") + Verb(accessor, each) + "; ");
        var index = each.GetIndexParameters().Length > 0 ? $"[{Parameters(each.GetMethod!)}]" : "";
        return $"{Access(widest)}{Modifiers(widest)}{TypeName.Of(each)} {Qualified(each)}{index} {{ {string.Concat(accessors)}}}";
    }

    static string Verb(MethodInfo accessor, PropertyInfo property) =>
        accessor == property.GetMethod ? "get"
        : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init"
        : "set";

    static string Event(EventInfo each) =>
        $"{Access(each.AddMethod!)}{Modifiers(each.AddMethod!)}event {TypeName.Of(each)} {Qualified(each)}";

    static string Field(FieldInfo each)
    {
        var access = each.IsPublic ? "public " : "protected ";
        if (each.IsLiteral)
            return $"{access}const {TypeName.Of(each)} {Qualified(each)} = " +
                Literal(each.GetRawConstantValue(), each.FieldType);
        return $"{access}{(each.IsStatic ? "static " : "")}{(each.IsInitOnly ? "readonly " : "")}{TypeName.Of(each)} {Qualified(each)}";
    }

    static string Parameters(MethodBase each)
    {
        var isExtension = each.IsDefined(typeof(ExtensionAttribute), inherit: false);
        return string.Join(", ", each.GetParameters().Select(parameter =>
            (isExtension && parameter.Position == 0 ? "this " : "") + Parameter(parameter)));
    }

    static string Parameter(ParameterInfo parameter)
    {
        var passing = parameter.IsDefined(typeof(ParamArrayAttribute), inherit: false) ? "params "
            : parameter.IsOut ? "out "
            : parameter.ParameterType.IsByRef ? (parameter.IsIn ? "in " : "ref ")
            : "";
        var fallback = parameter.HasDefaultValue
            ? $" = {Literal(parameter.RawDefaultValue, parameter.ParameterType)}" : "";
        return $"{passing}{TypeName.Of(parameter)} {parameter.Name}{fallback}";
    }

    static string Literal(object? value, Type type) =>
        value switch
        {
            null => type.IsValueType ? "default" : "null",
            string text => $"\"{text}\"",
            bool truth => truth ? "true" : "false",
            _ when type.IsEnum => $"{TypeName.Of(type)}.{Enum.ToObject(type, value)}",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => throw new NotSupportedException($"A default of type {type}."),
        };

    static string Constraints(MethodInfo each) =>
        string.Concat(each.IsGenericMethodDefinition ? each.GetGenericArguments().Select(Constraint) : []);

    static string Constraint(Type argument)
    {
        var kinds = argument.GenericParameterAttributes;
        string[] parts =
        [
            .. kinds.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint)
                ? ["class"] : Array.Empty<string>(),
            .. argument.GetGenericParameterConstraints().Select(TypeName.Of),
            .. kinds.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) ? ["new()"]
                : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? "" : $" where {argument.Name} : {string.Join(", ", parts)}";
    }

    static IEnumerable<MethodInfo> Accessors(PropertyInfo each) =>
        each.GetAccessors(nonPublic: true).OrderBy(accessor => accessor != each.GetMethod);

    static string Qualified(MemberInfo each) => $"{TypeName.Of(each.DeclaringType!)}.{each.Name}";

    static bool IsAccessor(MethodInfo each) =>
        each.IsSpecialName && !each.Name.StartsWith("op_", StringComparison.Ordinal);

    static bool IsOffered(MethodBase each) => each.IsPublic || each.IsFamily || each.IsFamilyOrAssembly;

    static bool IsOffered(FieldInfo each) => each.IsPublic || each.IsFamily || each.IsFamilyOrAssembly;

    static int Rank(MethodBase each) => each.IsPublic ? 0 : each.IsFamilyOrAssembly ? 1 : 2;

    static string Access(MethodBase each) =>
        Rank(each) switch { 0 => "public ", 1 => "protected internal ", _ => "protected " };

    static string Modifiers(MethodInfo each)
    {
        if (each.IsStatic) return "static ";
        if (!each.IsVirtual || each.DeclaringType!.IsInterface) return "";
        if (each.IsAbstract) return "abstract ";
        var isNew = each.Attributes.HasFlag(MethodAttributes.NewSlot);
        if (each.IsFinal) return isNew ? "" : "sealed override ";
        return isNew ? "virtual " : "override ";
    }
}
