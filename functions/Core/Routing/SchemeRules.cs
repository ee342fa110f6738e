using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>What a scheme's rule is about.</summary>
public enum SchemeSignal
{
    /// <summary>The issuer's response code (ISO 8583 DE 39).</summary>
    ResponseCode,

    /// <summary>Mastercard's merchant advice code (DE 48.84).</summary>
    AdviceCode,
}

/// <summary>What a scheme's rule demands.</summary>
public enum SchemeOrder
{
    /// <summary>Never again, and each further try is charged.</summary>
    Never,

    /// <summary>It cannot succeed; nobody charges for trying.</summary>
    Pointless,

    /// <summary>Later, within the limits.</summary>
    NotNow,

    /// <summary>Only after what is wrong with the details has been put right.</summary>
    FixDetails,

    /// <summary>Only after the cardholder has authenticated.</summary>
    Authenticate,

    /// <summary>Nothing in particular, within the limits.</summary>
    Generic,
}

/// <summary>
/// A rule of a scheme, and from when until when it is in force. What changes gets a row of its own: lists of years ago are
/// still printed everywhere, so each row says who printed it, and when.
/// </summary>
/// <param name="From">Its first day.</param>
/// <param name="Until">The first day on which it is no longer in force; null where no end is known.</param>
/// <param name="Source">The document and its date.</param>
public sealed record SchemeRule(
    CardBrand Scheme,
    SchemeSignal Signal,
    string Code,
    SchemeOrder Order,
    DateOnly From,
    DateOnly? Until,
    string Meaning,
    string Source)
{
    /// <summary>Visa's category, 1 to 4.</summary>
    public int? Category { get; init; }

    /// <summary>How long to wait.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>The response code that it has to come with; null for any.</summary>
    public string? With { get; init; }

    /// <summary>Whether it is so only of cards from where strong customer authentication is the law.</summary>
    public bool OnlyUnderSca { get; init; }

    /// <summary>Whether it is in force on that day.</summary>
    public bool IsInForce(DateOnly day) => day >= From && (Until is not { } until || day < until);
}

/// <summary>What the schemes say may follow a decline.</summary>
public static class SchemeRules
{
    // PSD2 and its technical standard hold in the European Economic Area; the United Kingdom kept them.
    static readonly HashSet<string> UnderSca =
    [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
        "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    ];

    /// <summary>Every row, also of what is no longer or not yet in force.</summary>
    public static IReadOnlyList<SchemeRule> All { get; } = [.. VisaRules.All, .. MastercardRules.All];

    static readonly ILookup<(CardBrand Scheme, SchemeSignal Signal, string Code), SchemeRule> ByCode =
        All.ToLookup(rule => (rule.Scheme, rule.Signal, rule.Code));

    /// <summary>The scheme whose rules a brand is under.</summary>
    public static CardBrand SchemeOf(CardBrand brand) => brand == CardBrand.Maestro ? CardBrand.Mastercard : brand;

    /// <summary>
    /// The rule for a decline on that day, or null where the scheme has none. The advice comes before the response code: it
    /// is the issuer's own word on trying again.
    /// </summary>
    public static SchemeRule? For(CardBrand brand, AttemptOutcome.Declined declined, string? issuerCountry, DateOnly day) =>
        Find(brand, SchemeSignal.AdviceCode, declined.AdviceCode, declined.NetworkCode, issuerCountry, day)
        ?? Find(brand, SchemeSignal.ResponseCode, declined.NetworkCode, with: null, issuerCountry, day);

    // A rule for the code together with another is closer to the case than one for the code alone.
    static SchemeRule? Find(CardBrand brand, SchemeSignal signal, string? code, string? with, string? issuerCountry, DateOnly day) =>
        code is null
            ? null
            : ByCode[(SchemeOf(brand), signal, code)]
                .Where(rule => rule.IsInForce(day))
                .Where(rule => rule.With is null || rule.With == with)
                .Where(rule => !rule.OnlyUnderSca || (issuerCountry is not null && UnderSca.Contains(issuerCountry)))
                .MaxBy(rule => rule.With is not null);
}
