namespace Railyard.Core.Payments;

/// <summary>How long an authorisation of a brand may be captured, from when, and who says so.</summary>
/// <param name="Days">Calendar days of 24 hours, counted from the approval.</param>
public sealed record ValidityRule(CardBrand Brand, int Days, DateOnly EffectiveFrom, string Source);

/// <summary>
/// When an authorisation ends: e-commerce, initiated by the cardholder, not marked as a pre-authorisation. Where a
/// scheme's own period was not found, the shortest of the others is taken: to capture late is worse than to ask again.
/// </summary>
public static class AuthorizationValidity
{
    const string Cautious = "No rule of the scheme at hand: the shortest of the others.";

    static readonly DateOnly Visa2024 = new(2024, 4, 13);
    static readonly DateOnly Earlier = new(2021, 1, 1);

    /// <summary>One row for each brand.</summary>
    public static IReadOnlyList<ValidityRule> Rules { get; } =
    [
        new(CardBrand.Visa, 10, Visa2024, "Visa Core Rules, 18 April 2026, approval response validity: cardholder-initiated, card absent."),
        new(CardBrand.Mastercard, 7, Earlier, "Mastercard Transaction Processing Rules, December 2025: final authorisation."),
        new(CardBrand.Maestro, 7, Earlier, "Mastercard Transaction Processing Rules, December 2025: Maestro outside ATMs."),
        new(CardBrand.Amex, 7, Earlier, "American Express Merchant Reference Guide: approval valid for 7 days."),
        new(CardBrand.Discover, 7, Earlier, Cautious),
        new(CardBrand.Diners, 7, Earlier, Cautious),
        new(CardBrand.Jcb, 7, Earlier, Cautious),
        new(CardBrand.UnionPay, 7, Earlier, Cautious),
        new(CardBrand.Unknown, 7, Earlier, Cautious),
    ];

    static readonly Dictionary<CardBrand, TimeSpan> ByBrand =
        Rules.ToDictionary(rule => rule.Brand, rule => TimeSpan.FromDays(rule.Days));

    /// <summary>How long it may be captured.</summary>
    public static TimeSpan Of(CardBrand brand) => ByBrand[brand];
}
