using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Railyard.Local.Cosmos.Changes;

/// <summary>Where a reader of the change feed begins: behind a write, behind a time, or now.</summary>
readonly record struct FeedStart(long AfterLsn, long AfterSeconds, bool IsNow)
{
    const string EverythingSoFar = "*";

    static readonly FeedStart Beginning = new(0, long.MinValue, IsNow: false);

    /// <summary>Reads the headers. Returns what is wrong with them, or null.</summary>
    public static string? Read(IHeaderDictionary headers, out FeedStart start)
    {
        start = Beginning;
        var known = headers.IfNoneMatch.ToString();
        if (known == EverythingSoFar) start = start with { IsNow = true };
        else if (known.Length > 0)
        {
            if (!long.TryParse(known.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var lsn))
                return $"The continuation {known} of a change feed is invalid.";
            start = start with { AfterLsn = lsn };
        }
        else if (headers.IfModifiedSince.ToString() is { Length: > 0 } since)
        {
            if (!DateTimeOffset.TryParseExact(
                since, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                return $"The start time {since} of a change feed is invalid.";
            start = start with { AfterSeconds = time.ToUnixTimeSeconds() };
        }
        return null;
    }

    public static string Continuation(long lsn) => string.Create(CultureInfo.InvariantCulture, $"\"{lsn}\"");
}
