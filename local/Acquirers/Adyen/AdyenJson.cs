using System.Text.Json;
using System.Text.Json.Serialization;

namespace Railyard.Local.Acquirers.Adyen;

static class AdyenJson
{
    static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.Strict,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Wire);

    /// <summary>Null for what is not JSON, or not of this shape.</summary>
    public static async Task<T?> ReadAsync<T>(Stream body, CancellationToken cancellation) where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(body, Wire, cancellation);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
