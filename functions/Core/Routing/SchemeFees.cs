using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>What a scheme charges for.</summary>
public enum Breach
{
    /// <summary>Trying again what will never be approved.</summary>
    AfterNever,

    /// <summary>More tries than a limit allows.</summary>
    TooManyTries,
}

/// <summary>A fee of a scheme for trying again, and from when until when.</summary>
/// <param name="IsCrossBorder">Whether it is for cards from another country than the merchant.</param>
public sealed record SchemeFeeRow(
    CardBrand Scheme, Breach Breach, string Name, Money Amount, bool IsCrossBorder, DateOnly From, DateOnly? Until, string Source)
{
    /// <summary>Whether it is in force on that day.</summary>
    public bool IsInForce(DateOnly day) => day >= From && (Until is not { } until || day < until);
}

/// <summary>
/// What the schemes charge for trying again when they said not to. The Authorization Optimizer's fee is not among them: it
/// is charged for the advice, whether or not it is taken.
/// </summary>
public static class SchemeFees
{
    static readonly Currency Dollar = Currency.Of("USD");
    static readonly Currency Euro = Currency.Of("EUR");

    const string Visa = "Visa excessive reattempts";
    const string Attempts = "Mastercard excessive authorization attempts";
    const string Advice = "Mastercard merchant advice code";

    const string Payway = "Payway, Visa Excessive Reattempts Rule; Mone, Avoid new merchant account fees, 2021 (from 1 Apr 2021)";
    const string Mone = "Mone, Avoid new merchant account fees, 2021: cross-border from 1 Oct 2021";
    const string Checkout = "Checkout.com, Changes to Visa system integrity fees, 2026: 0.15 to 0.25 USD from 25 Apr 2026";
    const string Moneris = "Moneris, Development considerations for new Mastercard fees, 2019";
    const string Braintree = "Braintree, Network updates autumn 2023, Mastercard: 0.15, 0.30 and 0.50 USD";
    const string Europe = "retries.com, Mastercard excessive attempts, 2025: 0.55 EUR in Europe";
    const string Maast = "Maast, Mastercard's Decline Code Grouping and MAC, Nov 2021: 0.03 USD; the least of what is printed";

    static readonly DateOnly Of2023 = new(2023, 1, 1);
    static readonly DateOnly Of2024 = new(2024, 1, 1);
    static readonly DateOnly Of2025 = new(2025, 1, 1);

    /// <summary>Every row, also of what is no longer in force.</summary>
    public static IReadOnlyList<SchemeFeeRow> All { get; } =
    [
        .. VisaRows(Breach.AfterNever),
        .. VisaRows(Breach.TooManyTries),
        Row(CardBrand.Mastercard, Breach.TooManyTries, Attempts, new(10, Dollar), new(2019, 10, 14), Of2023, Moneris),
        Row(CardBrand.Mastercard, Breach.TooManyTries, Attempts, new(15, Dollar), Of2023, Of2024, Braintree),
        Row(CardBrand.Mastercard, Breach.TooManyTries, Attempts, new(30, Dollar), Of2024, Of2025, Braintree),
        Row(CardBrand.Mastercard, Breach.TooManyTries, Attempts, new(50, Dollar), Of2025, null, Braintree),
        Row(CardBrand.Mastercard, Breach.TooManyTries, Attempts, new(55, Euro), Of2025, null, Europe),
        Row(CardBrand.Mastercard, Breach.AfterNever, Advice, new(3, Dollar), new(2021, 11, 1), null, Maast),
    ];

    /// <summary>
    /// The fee on that day, or null where the scheme has none: in the payment's currency where there is one in it, which
    /// stands for the region, and in US dollars elsewhere.
    /// </summary>
    public static SchemeFee? Of(CardBrand brand, Breach breach, Currency currency, DateOnly day, bool isCrossBorder = false)
    {
        var scheme = SchemeRules.SchemeOf(brand);
        var found = All
            .Where(row => row.Scheme == scheme && row.Breach == breach && row.IsCrossBorder == isCrossBorder && row.IsInForce(day))
            .ToList();
        var row = found.Find(one => one.Amount.Currency == currency) ?? found.Find(one => one.Amount.Currency == Dollar);
        return row is null ? null : new SchemeFee(row.Name, row.Amount);
    }

    static IEnumerable<SchemeFeeRow> VisaRows(Breach breach) =>
    [
        Row(CardBrand.Visa, breach, Visa, new(10, Dollar), new(2021, 4, 1), null, Payway),
        Row(CardBrand.Visa, breach, Visa, new(15, Dollar), new(2021, 10, 1), new(2026, 4, 25), Mone) with { IsCrossBorder = true },
        Row(CardBrand.Visa, breach, Visa, new(25, Dollar), new(2026, 4, 25), null, Checkout) with { IsCrossBorder = true },
    ];

    static SchemeFeeRow Row(
        CardBrand scheme, Breach breach, string name, Money amount, DateOnly from, DateOnly? until, string source) =>
        new(scheme, breach, name, amount, IsCrossBorder: false, from, until, source);
}
