using System.Diagnostics;
using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>A fee and the payments it is for. What is not said is any.</summary>
public sealed record FeeLine(Fee Fee)
{
    /// <summary>Cards of that scheme.</summary>
    public CardBrand? Brand { get; init; }

    /// <summary>Cards issued in that country (ISO 3166-1 alpha-2) or region (<see cref="Regions"/>).</summary>
    public string? Region { get; init; }

    /// <summary>Payments in that currency.</summary>
    public string? Currency { get; init; }

    /// <summary>Cards of that kind.</summary>
    public CardType? CardType { get; init; }

    /// <summary>Whether it is for that payment. Of a card whose origin is not known no region is true.</summary>
    public bool IsFor(PaymentFacts facts) =>
        (Brand is null || Brand == facts.Brand)
        && (Currency is null || Currency == facts.Amount.Currency.Code)
        && (CardType is null || CardType == facts.CardType)
        && (Region is null || Regions.Has(Region, facts.IssuerCountry));
}

/// <summary>What an acquirer charges, by brand, region, currency and kind of card: of each list the first line that fits.</summary>
public abstract record FeeModel
{
    /// <summary>One price for everything.</summary>
    public sealed record Blended(IReadOnlyList<FeeLine> Lines) : FeeModel;

    /// <summary>What issuer and scheme charge, passed on, and the acquirer's markup.</summary>
    public sealed record InterchangePlusPlus(
        IReadOnlyList<FeeLine> Interchange, IReadOnlyList<FeeLine> SchemeFees, IReadOnlyList<FeeLine> Markup) : FeeModel;

    FeeModel() { }

    /// <summary>
    /// What a payment costs there; null where a list has no line for it, and so it is not known. The parts are added before
    /// anything is rounded.
    /// </summary>
    public Money? Of(PaymentFacts facts)
    {
        var fee = this switch
        {
            Blended blended => First(blended.Lines, facts),
            InterchangePlusPlus parts => Sum(
                First(parts.Interchange, facts), First(parts.SchemeFees, facts), First(parts.Markup, facts)),
            _ => throw new UnreachableException(),
        };
        return fee?.Of(facts.Amount);
    }

    static Fee? First(IReadOnlyList<FeeLine> lines, PaymentFacts facts)
    {
        for (var place = 0; place < lines.Count; place++)
            if (lines[place].IsFor(facts)) return lines[place].Fee;
        return null;
    }

    static Fee? Sum(Fee? interchange, Fee? scheme, Fee? markup) => interchange is null || scheme is null || markup is null
        ? null
        : new Fee(
            interchange.BasisPoints + scheme.BasisPoints + markup.BasisPoints,
            interchange.FixedMinorUnits + scheme.FixedMinorUnits + markup.FixedMinorUnits);
}

/// <summary>The regions by which fees differ.</summary>
public static class Regions
{
    /// <summary>The European Economic Area, whose interchange is capped (Regulation (EU) 2015/751).</summary>
    public const string Eea = "EEA";

    static readonly string[] EeaCountries =
    [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
        "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    ];

    /// <summary>Whether a country is that one, or lies in that region.</summary>
    public static bool Has(string region, string? country) =>
        country is not null && (region == Eea ? Array.IndexOf(EeaCountries, country) >= 0 : region == country);
}
