using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Railyard.App;

/// <summary>
/// Reads the query parameters of a list one by one and collects what is wrong with each. What was not read by the end
/// is unknown, and refused.
/// </summary>
sealed class Parameters(IQueryCollection query, List<FieldError> errors)
{
    const int UsualLimit = 20;
    const int LargestLimit = 100;

    // RFC 3339: with seconds and an offset.
    static readonly string[] MomentFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    readonly List<string> read = [];

    /// <summary>How many are wanted: 1 to 100, and 20 where nothing is said.</summary>
    public int Limit()
    {
        if (Text("limit") is not { } text) return UsualLimit;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= 1 and <= LargestLimit) return limit;
        errors.Add(new FieldError("limit", "out_of_range", $"It must be from 1 to {LargestLimit}."));
        return UsualLimit;
    }

    /// <summary>Where the list goes on, by a function that reads its cursors; null for its beginning.</summary>
    public T? Cursor<T>(Func<string, T?> place) where T : struct
    {
        if (Text("cursor") is not { } text) return null;
        if (place(text) is { } known) return known;
        errors.Add(new FieldError("cursor", "unknown_cursor", "It must be the next_cursor of a page."));
        return null;
    }

    /// <summary>One of the words of an enum, or null.</summary>
    public T? OneOf<T>(string name) where T : struct, Enum
    {
        if (Text(name) is not { } text) return null;
        var words = Json.Words<T>();
        if (words.TryGetValue(text, out var value)) return value;
        errors.Add(new FieldError(name, "unknown_value", $"It must be one of: {string.Join(", ", words.Keys)}."));
        return null;
    }

    /// <summary>A moment from 1970 on (RFC 3339), or null.</summary>
    public DateTimeOffset? Moment(string name)
    {
        if (Text(name) is not { } text) return null;
        if (DateTimeOffset.TryParseExact(
                text, MomentFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            && moment >= DateTimeOffset.UnixEpoch) return moment.ToUniversalTime();
        Wrong(name, "invalid_moment", "It must be a moment of RFC 3339 such as 2026-11-24T12:00:00Z; a + is written %2B.");
        return null;
    }

    /// <summary>A text of at most that many characters, or null.</summary>
    public string? Text(string name, int longest)
    {
        if (Text(name) is not { } text) return null;
        if (text.Length <= longest) return text;
        Wrong(name, "wrong_length", $"It must have 1 to {longest} characters.");
        return null;
    }

    /// <summary>A text, or null.</summary>
    public string? Text(string name)
    {
        read.Add(name);
        return query[name].ToString() is { Length: > 0 } text ? text : null;
    }

    /// <summary>Says that a parameter's value will not do.</summary>
    public void Wrong(string name, string code, string message) => errors.Add(new FieldError(name, code, message));

    /// <summary>Refuses every parameter that was not read.</summary>
    public void RefuseOthers()
    {
        if (query.Keys.Any(name => !read.Contains(name)))
            errors.Add(new FieldError("query", "unknown_field", $"The parameters are {string.Join(", ", read)}."));
    }
}
