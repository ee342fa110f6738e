using System.Diagnostics;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Merchants.Payouts;

/// <summary>A share of an amount, in hundredths of a percent.</summary>
public static class BasisPoints
{
    /// <summary>The whole amount.</summary>
    public const int All = 10_000;

    /// <summary>That share of an amount, rounded half up to the minor unit.</summary>
    public static Money Of(int basisPoints, Money amount) =>
        new((long)((((Int128)amount.MinorUnits * basisPoints) + (All / 2)) / All), amount.Currency);
}

/// <summary>What a merchant pays for a sale, and for which cards. What is not said is any.</summary>
public sealed record MerchantFeeLine(Fee Fee)
{
    /// <summary>Cards of that scheme.</summary>
    public CardBrand? Brand { get; init; }

    /// <summary>Cards issued in that country (ISO 3166-1 alpha-2) or region (<see cref="Regions"/>).</summary>
    public string? Region { get; init; }

    /// <summary>Whether it is for every card.</summary>
    public bool IsForAll => Brand is null && Region is null;

    /// <summary>Whether it is for that card. Of a card whose origin is not known no region is true.</summary>
    public bool IsFor(PayableItem item) =>
        (Brand is null || Brand == item.Brand) && (Region is null || Regions.Has(Region, item.IssuerCountry));

    /// <summary>The share, rounded half up to the minor unit, and then the fixed part.</summary>
    public Money Of(Money amount) =>
        BasisPoints.Of(Fee.BasisPoints, amount) + new Money(Fee.FixedMinorUnits, amount.Currency);
}

/// <summary>How a sale is priced. Of each list the first line that fits counts; the last one fits every card.</summary>
public abstract record MerchantPricing
{
    /// <summary>One price for everything.</summary>
    public sealed record Blended(IReadOnlyList<MerchantFeeLine> Lines) : MerchantPricing;

    /// <summary>
    /// What issuer and scheme charged, passed on to the cent, and our markup. Where the acquirer did not say what they
    /// charged, a blended price instead: nobody guesses interchange.
    /// </summary>
    public sealed record InterchangePlusPlus(IReadOnlyList<MerchantFeeLine> Markup, IReadOnlyList<MerchantFeeLine> WhereUnknown)
        : MerchantPricing;

    MerchantPricing() { }

    /// <summary>The lists of lines that it has.</summary>
    public IEnumerable<IReadOnlyList<MerchantFeeLine>> Lists => this switch
    {
        Blended blended => [blended.Lines],
        InterchangePlusPlus parts => [parts.Markup, parts.WhereUnknown],
        _ => throw new UnreachableException(),
    };
}

/// <summary>What a merchant is charged, in the minor units of one currency.</summary>
/// <param name="RefundFee">For each refund.</param>
/// <param name="ChargebackFee">For each chargeback, whatever comes of it.</param>
/// <param name="Minimum">A sale is not charged less than this.</param>
public sealed record MerchantFees(MerchantPricing Pricing, long RefundFee, long ChargebackFee, long Minimum)
{
    /// <summary>Whether every list ends with a line for all cards, so that there is a price for everything.</summary>
    public bool IsComplete => Pricing.Lists.All(lines => lines is [.., { IsForAll: true }]);

    /// <summary>Whether a price depends on the card.</summary>
    public bool DependsOnCard => Pricing.Lists.Any(lines => lines.Any(line => !line.IsForAll));

    /// <summary>
    /// What is charged for an item; of a refund under interchange++ it may be negative, where interchange was given back.
    /// A reversal gives back the money and no fee.
    /// </summary>
    public Balance Of(PayableItem item)
    {
        var currency = item.Gross.Amount.Currency;
        return item.Kind switch
        {
            PayableKind.Sale => OfSale(item),
            PayableKind.Refund => new Balance(RefundFee, currency) + PassedOn(item),
            PayableKind.Chargeback => new Balance(ChargebackFee, currency),
            PayableKind.RefundReversal or PayableKind.ChargebackReversal => Balance.Zero(currency),
            PayableKind.Adjustment => Balance.Zero(currency),
        };
    }

    /// <summary>An item with what is charged for it.</summary>
    public PricedItem Price(PayableItem item) => new(item, Of(item));

    Balance OfSale(PayableItem item)
    {
        var fee = Pricing switch
        {
            MerchantPricing.Blended blended => First(blended.Lines, item),
            MerchantPricing.InterchangePlusPlus parts when item.PassedOn is not null => First(parts.Markup, item) + PassedOn(item),
            MerchantPricing.InterchangePlusPlus parts => First(parts.WhereUnknown, item),
            _ => throw new UnreachableException(),
        };
        return fee.MinorUnits < Minimum ? fee with { MinorUnits = Minimum } : fee;
    }

    Balance PassedOn(PayableItem item) => Pricing is MerchantPricing.InterchangePlusPlus && item.PassedOn is { } charged
        ? charged
        : Balance.Zero(item.Gross.Amount.Currency);

    static Balance First(IReadOnlyList<MerchantFeeLine> lines, PayableItem item)
    {
        foreach (var line in lines)
            if (line.IsFor(item)) return Balance.Zero(item.Gross.Amount.Currency).Credit(line.Of(item.Gross.Amount));
        throw new InvariantBroken($"The fees have no line for {item.Id}: they were not checked.");
    }
}
