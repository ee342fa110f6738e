using System.Security.Cryptography;
using System.Text.Json;
using Railyard.Local.Cosmos.Wire;

namespace Railyard.Local.Cosmos.Query;

/// <summary>A query as it came, and what tells it from another when its continuation comes back.</summary>
sealed record QueryText(ParsedQuery Query, string Fingerprint)
{
    const int FingerprintBytes = 8;

    public static readonly IReadOnlyDictionary<string, Value> NoParameters = new Dictionary<string, Value>();

    /// <exception cref="QueryRefused">The query is wrong or asks for what is not supported.</exception>
    public static QueryText Read(ItemRequest asked)
    {
        var query = asked.Body.IsEmpty
            ? QueryParser.Parse("SELECT * FROM c", NoParameters)
            : Parse(asked.Body);
        return new QueryText(query, FingerprintOf(asked));
    }

    static ParsedQuery Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var request = document.RootElement;
            var text = request.ValueKind == JsonValueKind.Object
                && request.TryGetProperty("query", out var query)
                ? query.GetString()
                : null;
            if (text is null) throw new QueryRefused("The request has no query.");
            return QueryParser.Parse(text, Parameters(request));
        }
        catch (Exception fault) when (
            fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new QueryRefused($"The request is not a query: {fault.Message}");
        }
    }

    static Dictionary<string, Value> Parameters(JsonElement request)
    {
        var parameters = new Dictionary<string, Value>();
        if (!request.TryGetProperty("parameters", out var list)) return parameters;
        foreach (var parameter in list.EnumerateArray())
            parameters[parameter.GetProperty("name").GetString()!] =
                Value.Of(parameter.GetProperty("value").Clone());
        return parameters;
    }

    static string FingerprintOf(ItemRequest asked)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(asked.PartitionKey?.Text ?? ""));
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{asked.Interval}"));
        hash.AppendData(asked.Body.Span);
        return Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, FingerprintBytes));
    }
}
