using System.Globalization;
using Railyard.Local.Cosmos.Catalog;

namespace Railyard.Local.Cosmos.Wire;

/// <summary>How far a client has seen a container: <c>0:-1#lsn</c> for its one partition key range.</summary>
static class SessionToken
{
    const string Range = "0:";

    public static string Of(Container container) =>
        string.Create(CultureInfo.InvariantCulture, $"{Range}-1#{container.AcknowledgedLsn}");

    /// <summary>The refusal for a token that is no token or is ahead of the container, or null.</summary>
    public static Answer? Refuse(string token, Container container)
    {
        if (token.Length == 0) return null;
        if (LsnOf(token) is not { } lsn)
            return Answer.BadRequest($"The session token '{token}' is invalid.");
        return lsn > container.AcknowledgedLsn ? Answer.SessionNotAvailable : null;
    }

    // A token may name several ranges, and each may be "lsn" or "version#lsn" with regions behind it.
    static long? LsnOf(string token)
    {
        var ours = token.Split(',').FirstOrDefault(part => part.StartsWith(Range, StringComparison.Ordinal));
        if (ours is null) return null;
        var parts = ours[Range.Length..].Split('#');
        return long.TryParse(
            parts[parts.Length > 1 ? 1 : 0], NumberStyles.None, CultureInfo.InvariantCulture, out var lsn)
            ? lsn
            : null;
    }
}
