using System.Text.Json;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>A routing program as a merchant sends it, found valid, and what they say about it.</summary>
sealed record ProgramRequest(RoutingProgram Content, string? Note)
{
    public const int LongestNote = 200;

    /// <summary>The body of PUT /v1/routing, or everything that is wrong with it.</summary>
    public static (ProgramRequest? Request, IReadOnlyList<FieldError> Errors) Read(
        JsonElement body, IReadOnlyList<AcquirerProfile> acquirers)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var content = new ProgramReader(acquirers).Read(members.Object("program", isRequired: true));
        var note = members.Text("note", LongestNote);
        members.RefuseOthers();
        return errors.Count > 0 ? (null, errors) : (new ProgramRequest(content!, note), errors);
    }
}

/// <summary>The body of POST /v1/routing/rollbacks, found valid.</summary>
sealed record RollbackRequest(int Version, string? Note)
{
    /// <summary>The request, or everything that is wrong with it.</summary>
    public static (RollbackRequest? Request, IReadOnlyList<FieldError> Errors) Read(JsonElement body)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var version = members.Integer("version", 0, int.MaxValue, isRequired: true);
        var note = members.Text("note", ProgramRequest.LongestNote);
        members.RefuseOthers();
        return errors.Count > 0 ? (null, errors) : (new RollbackRequest((int)version!, note), errors);
    }
}

/// <summary>The body of POST /v1/routing/experiments, found valid.</summary>
sealed record ExperimentRequest(RoutingProgram Content, int Share, int Guardrail, int MinimumSample, string? Note)
{
    const int MostShare = 49;
    const int MostGuardrail = 50;
    const int FewestPayments = 10;
    const int MostPayments = 1_000_000;

    /// <summary>The request, or everything that is wrong with it.</summary>
    public static (ExperimentRequest? Request, IReadOnlyList<FieldError> Errors) Read(
        JsonElement body, IReadOnlyList<AcquirerProfile> acquirers)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var content = new ProgramReader(acquirers).Read(members.Object("program", isRequired: true));
        var share = members.Integer("share_percent", 1, MostShare, isRequired: true);
        var guardrail = members.Integer("guardrail_percentage_points", 1, MostGuardrail, isRequired: true);
        var sample = members.Integer("minimum_sample", FewestPayments, MostPayments, isRequired: true);
        var note = members.Text("note", ProgramRequest.LongestNote);
        members.RefuseOthers();
        return errors.Count > 0
            ? (null, errors)
            : (new ExperimentRequest(content!, (int)share!, (int)guardrail!, (int)sample!, note), errors);
    }
}

/// <summary>The body of POST /v1/routing/simulations, found valid.</summary>
sealed record SimulationRequest(RoutingProgram? Candidate, DateTimeOffset From, DateTimeOffset To)
{
    static readonly TimeSpan Longest = TimeSpan.FromDays(92);

    /// <summary>The request, or everything that is wrong with it.</summary>
    public static (SimulationRequest? Request, IReadOnlyList<FieldError> Errors) Read(
        JsonElement body, IReadOnlyList<AcquirerProfile> acquirers, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var candidate = new ProgramReader(acquirers).Read(members.Object("program"));
        var from = members.Moment("from", isRequired: true);
        var to = members.Moment("to", isRequired: true);
        if (to <= from) members.Wrong<string>("to", "out_of_range", "It must be later than from.");
        if (to > now) members.Wrong<string>("to", "out_of_range", "It must not lie ahead.");
        if (to - from > Longest) members.Wrong<string>("from", "out_of_range", $"It must be at most {Longest.Days} days before to.");
        members.RefuseOthers();
        return errors.Count > 0 ? (null, errors) : (new SimulationRequest(candidate, from!.Value, to!.Value), errors);
    }
}

/// <summary>Reads the rules of a program. Every fault is named by its path.</summary>
sealed class ProgramReader(IReadOnlyList<AcquirerProfile> acquirers)
{
    const int MostRules = 100;
    const int MostAcquirers = 20;
    const int LongestName = 80;
    const int AllOfThem = 100;

    readonly ConditionReader conditions = new();
    readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <summary>The program without a version, or null where something is wrong with it.</summary>
    public RoutingProgram? Read(Members? members)
    {
        if (members is null) return null;
        var rules = members.Objects("rules", MostRules, isRequired: true)?.Select(ReadRule).ToList();
        var otherwise = ReadOutcome(members.Object("otherwise", isRequired: true));
        var limits = ReadLimits(members.Object("limits"));
        members.RefuseOthers();
        return rules is null || otherwise is null || rules.Contains(null)
            ? null
            : new RoutingProgram(0, rules!, otherwise) { Limits = limits };
    }

    static RetryLimits ReadLimits(Members? members)
    {
        if (members is null) return RetryLimits.None;
        var limits = new RetryLimits(
            (int?)members.Integer("tries_in_30_days", int.MinValue, int.MaxValue),
            (int?)members.Integer("tries_in_24_hours", int.MinValue, int.MaxValue),
            (int?)members.Integer("cascades", int.MinValue, int.MaxValue));
        foreach (var flaw in limits.Flaws()) members.Wrong<string>(Words[flaw.Member], "out_of_range", flaw.Why);
        members.RefuseOthers();
        return limits;
    }

    static readonly Dictionary<string, string> Words = new()
    {
        [nameof(RetryLimits.TriesIn30Days)] = "tries_in_30_days",
        [nameof(RetryLimits.TriesIn24Hours)] = "tries_in_24_hours",
        [nameof(RetryLimits.Cascades)] = "cascades",
    };

    RoutingRule? ReadRule(Members rule)
    {
        var name = rule.Text("name", LongestName, isRequired: true);
        // A payment says by the name which rule decided.
        if (name is not null && !names.Add(name)) rule.Wrong<string>("name", "duplicate_name", "Another rule has that name.");
        var when = conditions.Read(rule.Object("when", isRequired: true));
        var then = ReadOutcome(rule.Object("then", isRequired: true));
        rule.RefuseOthers();
        return name is null || when is null || then is null ? null : new RoutingRule(name, when, then);
    }

    RouteOutcome? ReadOutcome(Members? outcome) => outcome?.OnlyName() switch
    {
        null => outcome?.WrongWhole<RouteOutcome>("not_one_member", "It must have one member: priority, volume_split or optimise."),
        "priority" => ReadAcquirers(outcome, "priority", isRequired: true) is { } order ? new RouteOutcome.Priority(order) : null,
        "volume_split" => ReadSplit(outcome),
        "optimise" => ReadOptimise(outcome.Object("optimise", isRequired: true)),
        _ => outcome.WrongWhole<RouteOutcome>("unknown_outcome", "It must be priority, volume_split or optimise."),
    };

    RouteOutcome.Optimise? ReadOptimise(Members? optimise)
    {
        if (optimise is null) return null;
        var among = ReadAcquirers(optimise, "among", isRequired: false);
        optimise.RefuseOthers();
        return new RouteOutcome.Optimise(among ?? []);
    }

    RouteOutcome.VolumeSplit? ReadSplit(Members outcome)
    {
        if (outcome.Objects("volume_split", MostAcquirers, isRequired: true) is not { } read) return null;
        var shares = read.Select(ReadShare).ToList();
        if (shares.Contains(null)) return null;
        if (shares.Sum(share => share!.Percent) != AllOfThem)
            return outcome.Wrong<RouteOutcome.VolumeSplit>("volume_split", "wrong_sum", "The shares must come to 100 percent.");
        return shares.Select(share => share!.Acquirer).Distinct().Count() == shares.Count
            ? new RouteOutcome.VolumeSplit(shares!)
            : outcome.Wrong<RouteOutcome.VolumeSplit>("volume_split", "duplicate_acquirer", "Each acquirer must be named once.");
    }

    VolumeShare? ReadShare(Members share)
    {
        var acquirer = share.Text("acquirer", LongestName, isRequired: true);
        var percent = share.Integer("percent", 1, AllOfThem, isRequired: true);
        share.RefuseOthers();
        if (acquirer is null || percent is null) return null;
        return Knows(acquirer)
            ? new VolumeShare(new AcquirerName(acquirer), (int)percent)
            : share.Wrong<VolumeShare>("acquirer", "unknown_acquirer", $"It must be one of: {Known}.");
    }

    List<AcquirerName>? ReadAcquirers(Members outcome, string name, bool isRequired)
    {
        if (outcome.Strings(name, MostAcquirers, LongestName, isRequired) is not { } names) return null;
        if (!names.All(Knows))
            return outcome.Wrong<List<AcquirerName>>(name, "unknown_acquirer", $"Each must be one of: {Known}.");
        return names.Distinct(StringComparer.Ordinal).Count() == names.Count
            ? [.. names.Select(one => new AcquirerName(one))]
            : outcome.Wrong<List<AcquirerName>>(name, "duplicate_acquirer", "Each acquirer must be named once.");
    }

    bool Knows(string name) => acquirers.Any(profile => profile.Name.Value == name);

    string Known => string.Join(", ", acquirers.Select(profile => profile.Name));
}
