using System.Buffers;
using System.Text.Json;

namespace Railyard.Local.Cosmos.Query;

// In the order in which values of different kinds sort.
enum Kind { Undefined, Null, Boolean, Number, String, Array, Object }

/// <summary>A JSON value, or the absence of one.</summary>
readonly struct Value
{
    const double ExactIntegers = 9_007_199_254_740_992;

    readonly JsonElement element;
    readonly string? text;
    readonly double number;

    Value(Kind kind, double number = 0, string? text = null, JsonElement element = default)
    {
        Kind = kind;
        this.number = number;
        this.text = text;
        this.element = element;
    }

    public static readonly Value Undefined;
    public static readonly Value Null = new(Kind.Null);
    public static readonly Value True = new(Kind.Boolean, number: 1);
    public static readonly Value False = new(Kind.Boolean);

    public static Value Of(bool value) => value ? True : False;

    // JSON has neither infinities nor NaN; a result that is one does not exist.
    public static Value Of(double value) =>
        double.IsFinite(value) ? new(Kind.Number, number: value) : Undefined;

    public static Value Of(string value) => new(Kind.String, text: value);

    public static Value Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Undefined => Undefined,
        JsonValueKind.Null => Null,
        JsonValueKind.True => True,
        JsonValueKind.False => False,
        JsonValueKind.Number => new Value(Kind.Number, number: element.GetDouble(), element: element),
        JsonValueKind.String => new Value(Kind.String, text: element.GetString(), element: element),
        JsonValueKind.Array => new Value(Kind.Array, element: element),
        _ => new Value(Kind.Object, element: element),
    };

    public Kind Kind { get; }
    public bool IsDefined => Kind != Kind.Undefined;
    public bool IsTrue => Kind == Kind.Boolean && number != 0;
    public double Number => number;
    public string Text => text!;
    public JsonElement Element => element;

    public Value Property(string name) =>
        Kind == Kind.Object && element.TryGetProperty(name, out var found) ? Of(found) : Undefined;

    public Value Item(int index) =>
        Kind == Kind.Array && index < element.GetArrayLength() ? Of(element[index]) : Undefined;

    public static Value KindOnly(Kind kind) => new(kind);

    /// <summary>The value without its document, as far as ordering needs it.</summary>
    public Value ForOrdering() =>
        Kind is Kind.Array or Kind.Object ? new Value(Kind) : new(Kind, number, text);

    /// <summary>Values of different kinds are not equal; nothing is equal to what does not exist.</summary>
    public static Value AreEqual(Value left, Value right)
    {
        if (!left.IsDefined || !right.IsDefined) return Undefined;
        if (left.Kind != right.Kind) return False;
        return Of(left.Kind is Kind.Array or Kind.Object
            ? JsonElement.DeepEquals(left.element, right.element)
            : CompareSameKind(left, right) == 0);
    }

    /// <summary>How two values of one scalar kind compare, or null where they do not.</summary>
    public static int? Compare(Value left, Value right) =>
        left.Kind != right.Kind || left.Kind is Kind.Undefined or Kind.Array or Kind.Object
            ? null
            : CompareSameKind(left, right);

    /// <summary>The order of all values, by kind first.</summary>
    public static int Order(Value left, Value right) =>
        left.Kind == right.Kind ? CompareSameKind(left, right) : left.Kind.CompareTo(right.Kind);

    public void WriteTo(Utf8JsonWriter writer)
    {
        if (element.ValueKind != JsonValueKind.Undefined) element.WriteTo(writer);
        else if (Kind == Kind.Number) WriteNumber(writer);
        else if (Kind == Kind.Boolean) writer.WriteBooleanValue(IsTrue);
        else if (Kind == Kind.String) writer.WriteStringValue(text);
        else writer.WriteNullValue();
    }

    /// <summary>An array or object made by a query.</summary>
    public static Value Build(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) write(writer);
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return Of(document.RootElement.Clone());
    }

    static int CompareSameKind(Value left, Value right) => left.Kind switch
    {
        Kind.Boolean or Kind.Number => left.number.CompareTo(right.number),
        Kind.String => string.CompareOrdinal(left.text, right.text),
        _ => 0,
    };

    void WriteNumber(Utf8JsonWriter writer)
    {
        if (double.IsInteger(number) && Math.Abs(number) < ExactIntegers)
            writer.WriteNumberValue((long)number);
        else writer.WriteNumberValue(number);
    }
}
