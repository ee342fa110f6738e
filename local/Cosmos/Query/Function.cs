namespace Railyard.Local.Cosmos.Query;

/// <summary>A built-in function: how many arguments it takes, and what it makes of them.</summary>
sealed record Function(string Name, int ArgumentsMin, int ArgumentsMax, Func<Value[], Value> Evaluate)
{
    static readonly Dictionary<string, Function> Known = new Function[]
    {
        new("IS_DEFINED", 1, 1, at => Value.Of(at[0].IsDefined)),
        new("IS_NULL", 1, 1, at => Value.Of(at[0].Kind == Kind.Null)),
        new("IS_BOOL", 1, 1, at => Value.Of(at[0].Kind == Kind.Boolean)),
        new("IS_NUMBER", 1, 1, at => Value.Of(at[0].Kind == Kind.Number)),
        new("IS_STRING", 1, 1, at => Value.Of(at[0].Kind == Kind.String)),
        new("IS_ARRAY", 1, 1, at => Value.Of(at[0].Kind == Kind.Array)),
        new("IS_OBJECT", 1, 1, at => Value.Of(at[0].Kind == Kind.Object)),
        new("IS_PRIMITIVE", 1, 1, at => Value.Of(
            at[0].Kind is Kind.Null or Kind.Boolean or Kind.Number or Kind.String)),
        new("STARTSWITH", 2, 3, at => OnTexts(at, (text, part, how) => text.StartsWith(part, how))),
        new("ENDSWITH", 2, 3, at => OnTexts(at, (text, part, how) => text.EndsWith(part, how))),
        new("CONTAINS", 2, 3, at => OnTexts(at, (text, part, how) => text.Contains(part, how))),
        new("STRINGEQUALS", 2, 3, at => OnTexts(at, (text, part, how) => text.Equals(part, how))),
        new("LOWER", 1, 1, at => OnText(at[0], text => Value.Of(text.ToLowerInvariant()))),
        new("UPPER", 1, 1, at => OnText(at[0], text => Value.Of(text.ToUpperInvariant()))),
        new("LENGTH", 1, 1, at => OnText(at[0], text => Value.Of(text.Length))),
        new("CONCAT", 2, 32, Concatenate),
        new("ARRAY_CONTAINS", 2, 3, ArrayContains),
        new("ARRAY_LENGTH", 1, 1, at => ArrayLength(at[0])),
        new("ABS", 1, 1, at => OnNumber(at[0], Math.Abs)),
        new("FLOOR", 1, 1, at => OnNumber(at[0], Math.Floor)),
        new("CEILING", 1, 1, at => OnNumber(at[0], Math.Ceiling)),
    }.ToDictionary(function => function.Name, StringComparer.OrdinalIgnoreCase);

    public static Function? Find(string name) => Known.GetValueOrDefault(name);

    static Value OnText(Value value, Func<string, Value> evaluate) =>
        value.Kind == Kind.String ? evaluate(value.Text) : Value.Undefined;

    static Value OnNumber(Value value, Func<double, double> evaluate) =>
        value.Kind == Kind.Number ? Value.Of(evaluate(value.Number)) : Value.Undefined;

    static Value OnTexts(Value[] arguments, Func<string, string, StringComparison, bool> evaluate)
    {
        if (arguments[0].Kind != Kind.String || arguments[1].Kind != Kind.String) return Value.Undefined;
        if (arguments.Length == 3 && arguments[2].Kind != Kind.Boolean) return Value.Undefined;
        var ignoresCase = arguments.Length == 3 && arguments[2].IsTrue;
        var how = ignoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return Value.Of(evaluate(arguments[0].Text, arguments[1].Text, how));
    }

    static Value Concatenate(Value[] arguments) =>
        Array.TrueForAll(arguments, argument => argument.Kind == Kind.String)
            ? Value.Of(string.Concat(arguments.Select(argument => argument.Text)))
            : Value.Undefined;

    static Value ArrayLength(Value array) =>
        array.Kind == Kind.Array ? Value.Of(array.Element.GetArrayLength()) : Value.Undefined;

    static Value ArrayContains(Value[] arguments)
    {
        if (arguments[0].Kind != Kind.Array || !arguments[1].IsDefined) return Value.Undefined;
        if (arguments.Length == 3 && arguments[2].Kind != Kind.Boolean) return Value.Undefined;
        var isPartial = arguments.Length == 3 && arguments[2].IsTrue;
        foreach (var element in arguments[0].Element.EnumerateArray())
            if (Holds(Value.Of(element), arguments[1], isPartial)) return Value.True;
        return Value.False;
    }

    // A partial match asks only for the properties that the sought object names.
    static bool Holds(Value element, Value sought, bool isPartial) =>
        isPartial && element.Kind == Kind.Object && sought.Kind == Kind.Object
            ? sought.Element.EnumerateObject().All(property =>
                Value.AreEqual(element.Property(property.Name), Value.Of(property.Value)).IsTrue)
            : Value.AreEqual(element, sought).IsTrue;
}
