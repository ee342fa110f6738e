using System.Text.Json;

namespace Microsoft.DurableTask
{
    /// <summary>Turns inputs, outputs and events into text and back.</summary>
    public abstract class DataConverter
    {
        /// <summary>The value as text, null for null.</summary>
        public abstract string? Serialize(object? value);

        /// <summary>The text as a value of that type.</summary>
        public abstract object? Deserialize(string? data, Type targetType);

        /// <summary>The text as a value of that type.</summary>
        public virtual T? Deserialize<T>(string? data) => (T?)(Deserialize(data, typeof(T)) ?? default(T));
    }
}

namespace Microsoft.DurableTask.Converters
{
    /// <summary>JSON by System.Text.Json, fields included.</summary>
    public class JsonDataConverter : DataConverter
    {
        static readonly JsonSerializerOptions Usual = new() { IncludeFields = true };

        readonly JsonSerializerOptions options;

        /// <summary>With these options, or the usual ones.</summary>
        public JsonDataConverter(JsonSerializerOptions? options = null) => this.options = options ?? Usual;

        /// <summary>With the usual options.</summary>
        public static JsonDataConverter Default { get; } = new();

        /// <inheritdoc/>
        public override string? Serialize(object? value) =>
            value is null ? null : JsonSerializer.Serialize(value, options);

        /// <inheritdoc/>
        public override object? Deserialize(string? data, Type targetType) =>
            data is null ? null : JsonSerializer.Deserialize(data, targetType, options);
    }
}
