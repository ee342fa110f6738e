using System.Security.Cryptography;
using System.Text;

namespace Railyard.Local.Cosmos.Wire;

/// <summary>The HMAC that a holder of the account key puts into the authorization header.</summary>
static class Signature
{
    const string Marker = "sig=";

    static readonly byte[] Key = Convert.FromBase64String(CosmosEndpoint.AccountKey);

    // The date is signed but its age is not judged: tests run on virtual time, the SDK on the machine's.
    public static bool Verifies(string? authorization, string method, ResourcePath path, string date)
    {
        if (authorization is not { Length: > 0 }) return false;
        var token = Uri.UnescapeDataString(authorization);
        var start = token.IndexOf(Marker, StringComparison.Ordinal);
        if (start < 0 || !token.StartsWith("type=master&", StringComparison.Ordinal)) return false;
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var text = token.AsSpan(start + Marker.Length);
        if (!Convert.TryFromBase64Chars(text, given, out var length) || length != given.Length) return false;
        return Matches(given, method, path.ResourceType, path.SignedName, date)
            || Matches(given, method, path.ResourceType, path.SignedResourceId, date);
    }

    static bool Matches(ReadOnlySpan<byte> given, string method, string type, string resource, string date)
    {
        var signed = $"{method.ToLowerInvariant()}\n{type}\n{resource}\n{date.ToLowerInvariant()}\n\n";
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(signed), expected);
        return CryptographicOperations.FixedTimeEquals(expected, given);
    }
}
