using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Railyard.Core;

namespace Railyard.App;

/// <summary>How Core's types look as JSON: snake_case, ids as strings, money as amount and currency, unions by "type".</summary>
static class Json
{
    /// <summary>For documents, messages and orchestrations: what can be computed is left out.</summary>
    public static JsonSerializerOptions Storage { get; } = Build(leavesOutComputed: true);

    /// <summary>For the HTTP contract: unknown members are refused, nulls are shown.</summary>
    public static JsonSerializerOptions Wire { get; } = Build(leavesOutComputed: false);

    /// <summary>The word for a case of an enum, as it is written everywhere.</summary>
    public static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>Every case of an enum by its word.</summary>
    public static IReadOnlyDictionary<string, T> Words<T>() where T : struct, Enum => Enum.GetValues<T>().ToDictionary(Word);

    static JsonSerializerOptions Build(bool leavesOutComputed)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            IgnoreReadOnlyProperties = leavesOutComputed,
            DefaultIgnoreCondition = leavesOutComputed ? JsonIgnoreCondition.WhenWritingNull : JsonIgnoreCondition.Never,
            UnmappedMemberHandling = leavesOutComputed ? JsonUnmappedMemberHandling.Skip : JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            // It is JSON and is sent as such, never pasted into a page: quotes and accents stay readable.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameTheCasesOfUnions } },
            Converters =
            {
                new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
                new CurrencyConverter(),
                new MoneyConverter(),
                new BalanceConverter(),
                new IdConverterFactory(),
            },
        };
        if (!leavesOutComputed) options.Converters.Add(new MomentConverter());
        options.MakeReadOnly();
        return options;
    }

    /// <summary>The type to write a value of that type as: a case of a union as the union, or nobody could tell which it is.</summary>
    public static Type WrittenAs(Type type) =>
        IsUnion(type.DeclaringType) && type.IsSubclassOf(type.DeclaringType!) ? type.DeclaringType! : type;

    /// <summary>A closed union is an abstract record whose cases are nested in it; each goes by its name.</summary>
    static void NameTheCasesOfUnions(JsonTypeInfo type)
    {
        if (!IsUnion(type.Type)) return;
        var cases = type.Type.GetNestedTypes(BindingFlags.Public).Where(nested => nested.IsSubclassOf(type.Type)).ToList();
        if (cases.Count == 0) return;
        type.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "type" };
        foreach (var one in cases)
            type.PolymorphismOptions.DerivedTypes.Add(
                new JsonDerivedType(one, JsonNamingPolicy.SnakeCaseLower.ConvertName(one.Name)));
    }

    static bool IsUnion(Type? type) => type is { IsClass: true, IsAbstract: true, IsSealed: false };

    /// <summary>A moment on the wire: UTC, to the millisecond (RFC 3339).</summary>
    sealed class MomentConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
    }

    sealed class CurrencyConverter : JsonConverter<Currency>
    {
        public override Currency Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            Currency.FindEver(reader.GetString() ?? "") ?? throw new JsonException("No ISO 4217 currency.");

        public override void Write(Utf8JsonWriter writer, Currency value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Code);
    }

    sealed class MoneyConverter : JsonConverter<Money>
    {
        public override Money Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var (minorUnits, currency) = ReadAmount(ref reader);
            return new Money(minorUnits, currency);
        }

        public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) =>
            WriteAmount(writer, value.MinorUnits, value.Currency);
    }

    sealed class BalanceConverter : JsonConverter<Balance>
    {
        public override Balance Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var (minorUnits, currency) = ReadAmount(ref reader);
            return new Balance(minorUnits, currency);
        }

        public override void Write(Utf8JsonWriter writer, Balance value, JsonSerializerOptions options) =>
            WriteAmount(writer, value.MinorUnits, value.Currency);
    }

    static (long MinorUnits, Currency Currency) ReadAmount(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("An amount is an object.");
        long? minorUnits = null;
        Currency? currency = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isAmount = reader.ValueTextEquals("amount"u8);
            reader.Read();
            if (isAmount) minorUnits = reader.GetInt64();
            else currency = Currency.FindEver(reader.GetString() ?? "");
        }
        return (minorUnits ?? throw new JsonException("No amount."), currency ?? throw new JsonException("No currency."));
    }

    static void WriteAmount(Utf8JsonWriter writer, long minorUnits, Currency currency)
    {
        writer.WriteStartObject();
        writer.WriteNumber("amount"u8, minorUnits);
        writer.WriteString("currency"u8, currency.Code);
        writer.WriteEndObject();
    }

    /// <summary>An id of Core's is a record struct around one string called Value.</summary>
    sealed class IdConverterFactory : JsonConverterFactory
    {
        public override bool CanConvert(Type type) =>
            type.IsValueType
            && type.Namespace?.StartsWith("Railyard.Core", StringComparison.Ordinal) == true
            && type.GetProperty("Value")?.PropertyType == typeof(string)
            && type.GetConstructor([typeof(string)]) is not null;

        public override JsonConverter CreateConverter(Type type, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(IdConverter<>).MakeGenericType(type))!;
    }

    sealed class IdConverter<T> : JsonConverter<T> where T : struct
    {
        static readonly Func<string, T> Make = Compile();
        static readonly Reading Text = typeof(T).GetProperty("Value")!.GetMethod!.CreateDelegate<Reading>();

        delegate string Reading(ref T id);

        public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            Make(reader.GetString() ?? throw new JsonException("An id is a string."));

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Text(ref value));

        static Func<string, T> Compile()
        {
            var text = System.Linq.Expressions.Expression.Parameter(typeof(string));
            var made = System.Linq.Expressions.Expression.New(typeof(T).GetConstructor([typeof(string)])!, text);
            return System.Linq.Expressions.Expression.Lambda<Func<string, T>>(made, text).Compile();
        }
    }
}
