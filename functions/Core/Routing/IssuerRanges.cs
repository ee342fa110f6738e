namespace Railyard.Core.Routing;

/// <summary>Who issued the cards whose numbers begin with one of these.</summary>
public sealed record IssuerRange(string From, string To, string Country, CardType CardType);

/// <summary>
/// Where cards come from, by their first six digits. The schemes license the real table, so these are the ranges of the
/// test cards that acquirers publish, and what is not here is not known.
/// </summary>
public static class IssuerRanges
{
    /// <summary>All of them, none overlapping another, in the order of their first digits.</summary>
    public static IReadOnlyList<IssuerRange> All { get; } =
    [
        new("360066", "360066", "NL", CardType.Credit),
        new("370000", "370000", "NL", CardType.Credit),
        new("378282", "378282", "US", CardType.Credit),
        new("400000", "400000", "US", CardType.Credit),
        new("400005", "400005", "US", CardType.Debit),
        new("411111", "411111", "NL", CardType.Credit),
        new("416667", "416667", "NL", CardType.Credit),
        new("424242", "424242", "US", CardType.Credit),
        new("444433", "444433", "GB", CardType.Credit),
        new("491761", "491761", "GB", CardType.Credit),
        new("510008", "510008", "US", CardType.Credit),
        new("510510", "510510", "US", CardType.Prepaid),
        new("541333", "541333", "NL", CardType.Credit),
        new("555544", "555544", "GB", CardType.Credit),
        new("555555", "555555", "US", CardType.Credit),
        new("601111", "601111", "US", CardType.Credit),
        new("670330", "670330", "BE", CardType.Debit),
    ];

    const int Digits = 6;

    /// <summary>Who issued the cards that begin like this, or null where it is not known.</summary>
    public static IssuerRange? Find(string bin)
    {
        if (bin.Length < Digits) return null;
        var first = bin.AsSpan(0, Digits);
        foreach (var range in All)
        {
            if (first.CompareTo(range.From, StringComparison.Ordinal) < 0) return null;
            if (first.CompareTo(range.To, StringComparison.Ordinal) <= 0) return range;
        }
        return null;
    }
}
