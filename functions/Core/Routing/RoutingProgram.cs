using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>How a merchant's payments are routed: the first rule that matches says where, and the last word is for the rest.</summary>
/// <param name="Version">Counted from 1; 0 is what everybody has who has said nothing.</param>
/// <param name="Rules">In the order in which they are asked.</param>
/// <param name="Otherwise">Where a payment goes that no rule matches.</param>
public sealed record RoutingProgram(int Version, IReadOnlyList<RoutingRule> Rules, RouteOutcome Otherwise)
{
    /// <summary>How often the merchant lets a declined card be tried.</summary>
    public RetryLimits Limits { get; init; } = RetryLimits.None;

    /// <summary>What everybody has who has said nothing: these acquirers, in that order.</summary>
    public static RoutingProgram Usual(IEnumerable<AcquirerName> acquirers) =>
        new(0, [], new RouteOutcome.Priority([.. acquirers]));
}

/// <summary>Where the payments go of which that is true.</summary>
public sealed record RoutingRule(string Name, Condition When, RouteOutcome Then);

/// <summary>What has to be true of a payment. Of what is not known nothing is true but <see cref="Not"/>.</summary>
public abstract record Condition
{
    /// <summary>Each of them; of none that is so.</summary>
    public sealed record All(IReadOnlyList<Condition> Of) : Condition;

    /// <summary>At least one of them; of none that is never so.</summary>
    public sealed record Any(IReadOnlyList<Condition> Of) : Condition;

    /// <summary>Not that one.</summary>
    public sealed record Not(Condition Of) : Condition;

    /// <summary>An amount in that currency, both ends included, in minor units.</summary>
    public sealed record AmountWithin(Currency Currency, long Least, long Most) : Condition;

    /// <summary>One of these currencies.</summary>
    public sealed record CurrencyIn(IReadOnlyList<Currency> Currencies) : Condition;

    /// <summary>A card of one of these schemes.</summary>
    public sealed record BrandIn(IReadOnlyList<CardBrand> Brands) : Condition;

    /// <summary>A card whose first digits lie wholly within one of these ranges.</summary>
    public sealed record BinWithin(IReadOnlyList<BinRange> Ranges) : Condition;

    /// <summary>A card issued in one of these countries.</summary>
    public sealed record IssuerCountryIn(IReadOnlyList<string> Countries) : Condition;

    /// <summary>A card of one of these kinds.</summary>
    public sealed record CardTypeIn(IReadOnlyList<CardType> CardTypes) : Condition;

    /// <summary>Captured in one of these ways.</summary>
    public sealed record CaptureIn(IReadOnlyList<CaptureMode> Captures) : Condition;

    /// <summary>Asked for by one of these.</summary>
    public sealed record InitiatorIn(IReadOnlyList<Initiator> Initiators) : Condition;

    /// <summary>One of these values under that name in the merchant's own notes.</summary>
    public sealed record MetadataIn(string Name, IReadOnlyList<string> Values) : Condition;

    /// <summary>Asked for in that span of the day, its end left out, on clocks that are so many minutes ahead of UTC. It may go past midnight.</summary>
    public sealed record TimeOfDay(int OffsetMinutes, int FromMinute, int UntilMinute) : Condition;

    /// <summary>Asked for on one of these days, by calendars that are so many minutes ahead of UTC.</summary>
    public sealed record DayOfWeekIn(int OffsetMinutes, IReadOnlyList<DayOfWeek> Days) : Condition;

    Condition() { }
}

/// <summary>A range of first digits, six to eight of them, both ends included.</summary>
public sealed record BinRange(string From, string To);

/// <summary>Where a payment goes.</summary>
public abstract record RouteOutcome
{
    /// <summary>To these, in that order.</summary>
    public sealed record Priority(IReadOnlyList<AcquirerName> Acquirers) : RouteOutcome;

    /// <summary>To one of these by its share, always the same one for a payment; the others come after it in their order.</summary>
    public sealed record VolumeSplit(IReadOnlyList<VolumeShare> Shares) : RouteOutcome;

    /// <summary>To these in the order of what each is worth; none named means all.</summary>
    public sealed record Optimise(IReadOnlyList<AcquirerName> Among) : RouteOutcome;

    RouteOutcome() { }
}

/// <summary>What an acquirer gets of every hundred payments.</summary>
public sealed record VolumeShare(AcquirerName Acquirer, int Percent);
