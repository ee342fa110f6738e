using System.Globalization;
using System.Text.Json.Serialization;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants.Payouts;

/// <summary>Payout terms as the contract shows them: what was read can be put again.</summary>
sealed record TermsWire(IReadOnlyList<CurrencyTermsWire> Currencies, string? Hold)
{
    public static TermsWire Of(MerchantTerms terms) => new([.. terms.Currencies.Select(CurrencyTermsWire.Of)], terms.Hold);
}

/// <summary>The terms in one currency; amounts in its minor units.</summary>
sealed record CurrencyTermsWire(
    string Currency, AccountWire Account, ScheduleWire Schedule, FeesWire Fees, ReserveWire? Reserve, long MinimumPayout)
{
    public static CurrencyTermsWire Of(PayoutTerms terms) => new(
        terms.Currency.Code,
        new AccountWire(terms.Account.Name, terms.Account.Iban.Value, terms.Account.Bic?.Value),
        ScheduleWire.Of(terms.Schedule),
        FeesWire.Of(terms.Fees),
        ReserveWire.Of(terms.Reserve),
        terms.MinimumPayout);
}

/// <summary>Where the money goes.</summary>
sealed record AccountWire(string Name, string Iban, string? Bic);

/// <summary>When.</summary>
sealed record ScheduleWire(
    PayoutInterval Interval,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DayOfWeek? Weekday,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? DayOfMonth,
    int DelayBusinessDays,
    string CutOff,
    string TimeZone,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<DateOnly>? Holidays)
{
    public static ScheduleWire Of(PayoutSchedule schedule) => new(
        schedule.Interval,
        schedule.Interval == PayoutInterval.Weekly ? schedule.Weekday : null,
        schedule.Interval == PayoutInterval.Monthly ? schedule.DayOfMonth : null,
        schedule.DelayBusinessDays,
        schedule.CutOff.ToString("HH:mm", CultureInfo.InvariantCulture),
        schedule.Zone,
        schedule.Holidays.Count > 0 ? schedule.Holidays : null);
}

/// <summary>Less what.</summary>
sealed record FeesWire(
    string Pricing,
    IReadOnlyList<FeeLineWire> Lines,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FeeLineWire>? WhereUnknown,
    long Refund,
    long Chargeback,
    long Minimum)
{
    public static FeesWire Of(MerchantFees fees) => fees.Pricing switch
    {
        MerchantPricing.Blended blended => new("blended", Lists(blended.Lines), null, fees.RefundFee, fees.ChargebackFee, fees.Minimum),
        MerchantPricing.InterchangePlusPlus parts => new(
            "interchange_plus_plus", Lists(parts.Markup), Lists(parts.WhereUnknown), fees.RefundFee, fees.ChargebackFee, fees.Minimum),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static IReadOnlyList<FeeLineWire> Lists(IReadOnlyList<MerchantFeeLine> lines) => [.. lines.Select(
        line => new FeeLineWire(line.Brand, line.Region, line.Fee.BasisPoints, line.Fee.FixedMinorUnits))];
}

/// <summary>A price, and for which cards.</summary>
sealed record FeeLineWire(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CardBrand? Brand,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Region,
    int BasisPoints,
    long Fixed);

/// <summary>What is kept back.</summary>
sealed record ReserveWire(
    string Type,
    int BasisPoints,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Days,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Cap)
{
    public static ReserveWire? Of(ReserveTerms terms) => terms switch
    {
        ReserveTerms.None => null,
        ReserveTerms.Rolling rolling => new("rolling", rolling.BasisPoints, rolling.Days, null),
        ReserveTerms.Fixed kept => new("fixed", kept.BasisPoints, null, kept.Cap),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
