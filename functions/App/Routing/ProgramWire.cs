using System.Diagnostics;
using System.Globalization;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>A rule as the contract shows it.</summary>
sealed record RuleWire(string Name, IReadOnlyDictionary<string, object> When, IReadOnlyDictionary<string, object> Then);

/// <summary>What is doubtful about a program, and where.</summary>
sealed record WarningWire(string Path, FindingCode Code, string Message)
{
    public static IReadOnlyList<WarningWire> Of(RoutingProgram program, IReadOnlyList<AcquirerProfile> acquirers) =>
        [.. ProgramFindings.Of(program, acquirers).Select(one => new WarningWire(one.Path, one.Code, one.Message))];
}

/// <summary>A program as the contract has it, to be read and to be sent.</summary>
sealed record ProgramWire(IReadOnlyList<RuleWire> Rules, IReadOnlyDictionary<string, object> Otherwise, LimitsWire Limits)
{
    public static ProgramWire Of(RoutingProgram program) => new(
        [.. program.Rules.Select(rule => new RuleWire(rule.Name, Condition(rule.When), Outcome(rule.Then)))],
        Outcome(program.Otherwise),
        LimitsWire.Of(program.Limits));

    static Dictionary<string, object> Condition(Condition condition) => condition switch
    {
        Condition.All one => One("all", one.Of.Select(Condition)),
        Condition.Any one => One("any", one.Of.Select(Condition)),
        Condition.Not one => One("not", Condition(one.Of)),
        Condition.AmountWithin one => One("amount", new { currency = one.Currency.Code, at_least = one.Least, at_most = one.Most }),
        Condition.CurrencyIn one => One("currency", one.Currencies.Select(each => each.Code)),
        Condition.BrandIn one => One("brand", one.Brands),
        Condition.BinWithin one => One("bin", one.Ranges.Select(each => each.From == each.To ? each.From : $"{each.From}-{each.To}")),
        Condition.IssuerCountryIn one => One("issuer_country", one.Countries),
        Condition.CardTypeIn one => One("card_type", one.CardTypes),
        Condition.CaptureIn one => One("capture", one.Captures),
        Condition.InitiatorIn one => One("initiator", one.Initiators),
        Condition.MetadataIn one => One("metadata", new { name = one.Name, one_of = one.Values }),
        Condition.TimeOfDay one => One(
            "time_of_day",
            new { utc_offset = Offset(one.OffsetMinutes), from = Time(one.FromMinute), until = Time(one.UntilMinute) }),
        Condition.DayOfWeekIn one => One("day_of_week", new { utc_offset = Offset(one.OffsetMinutes), one_of = one.Days }),
        _ => throw new UnreachableException(),
    };

    static Dictionary<string, object> Outcome(RouteOutcome outcome) => outcome switch
    {
        RouteOutcome.Priority one => One("priority", one.Acquirers),
        RouteOutcome.VolumeSplit one => One("volume_split", one.Shares),
        RouteOutcome.Optimise { Among: [] } => One("optimise", new Dictionary<string, object>()),
        RouteOutcome.Optimise one => One("optimise", new { among = one.Among }),
        _ => throw new UnreachableException(),
    };

    static Dictionary<string, object> One(string name, object value) => new() { [name] = value };

    static string Offset(int minutes) => $"{(minutes < 0 ? '-' : '+')}{Time(Math.Abs(minutes))}";

    static string Time(int minutes) => TimeOnly.MinValue.AddMinutes(minutes).ToString("HH:mm", CultureInfo.InvariantCulture);
}

/// <summary>A merchant's own limits as the contract shows them; null leaves one as the scheme has it.</summary>
sealed record LimitsWire(
    [property: System.Text.Json.Serialization.JsonPropertyName("tries_in_30_days")] int? TriesIn30Days,
    [property: System.Text.Json.Serialization.JsonPropertyName("tries_in_24_hours")] int? TriesIn24Hours,
    int? Cascades)
{
    public static LimitsWire Of(RetryLimits limits) => new(limits.TriesIn30Days, limits.TriesIn24Hours, limits.Cascades);
}

/// <summary>A version of a program as the contract shows it, and who made it; nobody made the one that everybody has.</summary>
sealed record VersionWire(
    int Version,
    ProgramWire Program,
    ProgramCause? Cause,
    int? ContentOf,
    string? Note,
    string? ChangedBy,
    DateTimeOffset? ChangedAt)
{
    public static VersionWire Of(VersionedProgram version) => new(
        version.Program.Version,
        ProgramWire.Of(version.Program),
        version.Cause,
        version.ContentOf,
        version.Note,
        version.By,
        version.At);
}

/// <summary>A merchant's routing as the contract shows it: the version in use, and what is doubtful about it.</summary>
sealed record RoutingWire(
    int Version,
    ProgramWire Program,
    ProgramCause? Cause,
    int? ContentOf,
    string? Note,
    string? ChangedBy,
    DateTimeOffset? ChangedAt,
    IReadOnlyList<WarningWire> Warnings,
    ExperimentId? RunningExperiment)
{
    /// <summary>It, where the merchant has said something; else what everybody has.</summary>
    public static RoutingWire Of(MerchantRouting routing, RoutingProgram usual, IReadOnlyList<AcquirerProfile> acquirers)
    {
        var program = routing.Current?.Program ?? usual;
        return new RoutingWire(
            program.Version,
            ProgramWire.Of(program),
            routing.Current?.Cause,
            routing.Current?.ContentOf,
            routing.Current?.Note,
            routing.Current?.By,
            routing.Current?.At,
            WarningWire.Of(program, acquirers),
            routing.IsExperimenting ? routing.Experiment!.Id : null);
    }
}

/// <summary>A page of versions, the newest first.</summary>
sealed record VersionPage(IReadOnlyList<VersionWire> Items, string? NextCursor);
