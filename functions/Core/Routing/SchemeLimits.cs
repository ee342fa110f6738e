using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>Within what a scheme counts.</summary>
public enum LimitWindow
{
    /// <summary>The same card at the same merchant for the same amount.</summary>
    CardAndAmountIn30Days,

    /// <summary>The same card, whatever the amount.</summary>
    CardIn24Hours,
}

/// <summary>How many tries a scheme allows, and from when until when.</summary>
/// <param name="Scheme">Null for every scheme that has no row of its own.</param>
/// <param name="Tries">The most that it allows, the first included.</param>
/// <param name="UsualTries">How many we make of that, where the merchant says nothing.</param>
public sealed record SchemeLimit(
    CardBrand? Scheme, LimitWindow Window, int Tries, int UsualTries, DateOnly From, DateOnly? Until, string Source)
{
    /// <summary>How long the window is.</summary>
    public TimeSpan Within => Window switch
    {
        LimitWindow.CardAndAmountIn30Days => TimeSpan.FromDays(30),
        LimitWindow.CardIn24Hours => TimeSpan.FromHours(24),
    };

    /// <summary>Whether it is in force on that day.</summary>
    public bool IsInForce(DateOnly day) => day >= From && (Until is not { } until || day < until);
}

/// <summary>
/// How often a declined card may be tried. Visa counts reattempts, Mastercard counts declines: both are written here as
/// tries, the first included. Visa counts the cardholder's tries and the merchant's apart; we count them together, which
/// stays below either.
/// </summary>
public static class SchemeLimits
{
    const string Payvision = "Payvision, New Visa fees for declined transactions reattempts, 29 Mar 2021: 15 reattempts";
    const string Cielo = "Cielo, New limit for Visa retries starting May 25, 2025: 20 reattempts; Worldpay and others still print 15";
    const string Moneris = "Moneris, Development considerations for new Mastercard fees, 2019: 20 declines";
    const string TabaPay = "TabaPay, Excessive Retry Rules, 2026: 10 declines; dated by the fee step of 1 Jan 2023 (Braintree)";
    const string Braintree = "Braintree, Network updates autumn 2023, Mastercard: 35 in 30 days from 1 Nov 2023";
    const string Ours = "Ours: no limit is published, so the strictest of those that are";

    /// <summary>Every row, also of what is no longer in force.</summary>
    public static IReadOnlyList<SchemeLimit> All { get; } =
    [
        Alike(CardBrand.Visa, 16, 16, new(2021, 4, 17), new(2025, 5, 25), Payvision),
        Alike(CardBrand.Visa, 21, 16, new(2025, 5, 25), null, Cielo),
        Alike(CardBrand.Mastercard, 35, 35, new(2023, 11, 1), null, Braintree),
        Alike(null, 16, 16, DateOnly.MinValue, null, Ours),
        Daily(CardBrand.Mastercard, 20, new(2019, 10, 14), new(2023, 1, 1), Moneris),
        Daily(CardBrand.Mastercard, 10, new(2023, 1, 1), null, TabaPay),
    ];

    /// <summary>The limits of a brand on that day.</summary>
    public static IEnumerable<SchemeLimit> For(CardBrand brand, DateOnly day)
    {
        var scheme = SchemeRules.SchemeOf(brand);
        var own = All.Where(limit => limit.Scheme == scheme && limit.IsInForce(day));
        return All.Any(limit => limit.Scheme == scheme) ? own : All.Where(limit => limit.Scheme is null);
    }

    /// <summary>The most tries that any scheme has ever allowed within that.</summary>
    public static int MostTries(LimitWindow window) => All.Where(limit => limit.Window == window).Max(limit => limit.Tries);

    static SchemeLimit Alike(CardBrand? scheme, int tries, int usual, DateOnly from, DateOnly? until, string source) =>
        new(scheme, LimitWindow.CardAndAmountIn30Days, tries, usual, from, until, source);

    static SchemeLimit Daily(CardBrand scheme, int tries, DateOnly from, DateOnly? until, string source) =>
        new(scheme, LimitWindow.CardIn24Hours, tries, tries, from, until, source);
}
