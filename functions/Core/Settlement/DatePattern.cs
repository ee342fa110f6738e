namespace Railyard.Core.Settlement;

/// <summary>Reads moments of one pattern, by position: no part of it may be shorter or longer than the pattern says.</summary>
sealed class DatePattern
{
    static readonly (string Token, int Length, int Part)[] Tokens =
        [("yyyy", 4, 0), ("MM", 2, 1), ("dd", 2, 2), ("HH", 2, 3), ("mm", 2, 4), ("ss", 2, 5)];

    const string Offset = "zzz";
    const int Parts = 6;
    const int DateParts = 3;

    readonly List<(int Start, int Length, int Part)> digits = [];
    readonly string pattern;

    DatePattern(string pattern, bool hasOffset) =>
        (this.pattern, HasOffset) = (hasOffset ? pattern[..^Offset.Length] : pattern, hasOffset);

    /// <summary>Whether the text itself says how far its zone is from UTC.</summary>
    public bool HasOffset { get; }

    /// <summary>The pattern, or null where it lacks part of a date, or has one twice.</summary>
    public static DatePattern? Compile(string pattern)
    {
        var compiled = new DatePattern(pattern, pattern.EndsWith(Offset, StringComparison.Ordinal));
        Span<bool> seen = stackalloc bool[Parts];
        for (var place = 0; place < compiled.pattern.Length;)
        {
            var (token, length, part) = Array.Find(Tokens, one => string.CompareOrdinal(compiled.pattern, place, one.Token, 0, one.Length) == 0);
            if (token is null)
            {
                if (!char.IsAscii(compiled.pattern[place])) return null;
                place++;
                continue;
            }
            if (seen[part]) return null;
            seen[part] = true;
            compiled.digits.Add((place, length, part));
            place += length;
        }
        return seen[..DateParts].Contains(false) ? null : compiled;
    }

    /// <summary>The moment, or null where the text is not of the pattern.</summary>
    public DateTimeOffset? Read(ReadOnlySpan<byte> text, TimeSpan offset)
    {
        if (text.Length < pattern.Length || (!HasOffset && text.Length != pattern.Length)) return null;
        Span<int> parts = stackalloc int[Parts];
        parts.Clear();
        var next = 0;
        foreach (var (start, length, part) in digits)
        {
            if (!IsLiteral(text, next, start) || Number(text.Slice(start, length)) is not { } number) return null;
            parts[part] = number;
            next = start + length;
        }
        if (!IsLiteral(text, next, pattern.Length)) return null;
        if (!HasOffset) return Moment(parts, offset);
        return MomentText.ReadOffset(text[pattern.Length..]) is { } stated ? Moment(parts, stated) : null;
    }

    static DateTimeOffset? Moment(ReadOnlySpan<int> parts, TimeSpan offset)
    {
        if (parts[0] < 1900 || parts[1] is < 1 or > 12 || parts[2] < 1 || parts[2] > DateTime.DaysInMonth(parts[0], parts[1])) return null;
        if (parts[3] > 23 || parts[4] > 59 || parts[5] > 59) return null;
        return new DateTimeOffset(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], offset);
    }

    bool IsLiteral(ReadOnlySpan<byte> text, int from, int to)
    {
        for (var i = from; i < to; i++)
            if (text[i] != pattern[i]) return false;
        return true;
    }

    static int? Number(ReadOnlySpan<byte> text)
    {
        var value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return null;
            value = value * 10 + (digit - '0');
        }
        return value;
    }
}
