using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>The Idempotency-Key header of a request (IETF draft-ietf-httpapi-idempotency-key-header-07).</summary>
static class IdempotencyKey
{
    const string Header = "Idempotency-Key";
    const int LongestKey = 255;

    static readonly Problem Missing = Problem.BadRequest(
        "idempotency_key_missing",
        "The Idempotency-Key header is required.",
        "Send a new unique value, such as a UUID, with each new request, and the same one when you repeat it.");

    static readonly Problem Malformed = Problem.BadRequest(
        "idempotency_key_malformed",
        "The Idempotency-Key header is not valid.",
        $"It is one value of 1 to {LongestKey} printable ASCII characters, with or without double quotes.");

    /// <summary>The key, or the problem with it. The draft's quoted form and the bare one everybody sends are the same key.</summary>
    public static (string? Key, Problem? Problem) Read(HttpRequest request)
    {
        var values = request.Headers[Header];
        if (values.Count == 0) return (null, Missing);
        if (values.Count > 1) return (null, Malformed);
        var key = Unquote(values.ToString().Trim());
        var isValid = key.Length is > 0 and <= LongestKey && key.All(one => one is >= ' ' and <= '~');
        return isValid ? (key, null) : (null, Malformed);
    }

    /// <summary>What a key is kept under: one merchant's key for one operation never meets another's.</summary>
    public static string ClaimId(MerchantId merchant, string operation, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{merchant}\n{operation}\n{key}")));

    /// <summary>The body in one canonical form, so that neither white space nor the order of members matters.</summary>
    public static byte[] Canonical(JsonElement body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) WriteCanonical(writer, body);
        return buffer.WrittenSpan.ToArray();
    }

    static void WriteCanonical(Utf8JsonWriter writer, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            writer.WriteStartObject();
            foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
            {
                writer.WritePropertyName(member.Name);
                WriteCanonical(writer, member.Value);
            }
            writer.WriteEndObject();
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var item in element.EnumerateArray()) WriteCanonical(writer, item);
            writer.WriteEndArray();
        }
        else
        {
            element.WriteTo(writer);
        }
    }

    static string Unquote(string value) =>
        value is ['"', .. var inside, '"'] ? inside.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal) : value;
}
