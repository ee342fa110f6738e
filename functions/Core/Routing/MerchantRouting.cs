using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>What made a version of a program.</summary>
public enum ProgramCause { Changed, RolledBack, Experiment }

/// <summary>A version of a merchant's program, and who made it of what and when: the versions are the audit.</summary>
public sealed record VersionedProgram(RoutingProgram Program, ProgramCause Cause, string By, DateTimeOffset At)
{
    /// <summary>The version whose content it has, where it has an older one's.</summary>
    public int? ContentOf { get; init; }

    /// <summary>What whoever made it says about it.</summary>
    public string? Note { get; init; }

    /// <summary>The request that made it, so that the request made again does not make another.</summary>
    public string? Request { get; init; }
}

/// <summary>Who changes a program, when, what is said about it, and by which request.</summary>
public sealed record ProgramChange(string By, DateTimeOffset At, string? Note, string? Request = null);

/// <summary>How a merchant's payments are routed at present.</summary>
public sealed record MerchantRouting
{
    /// <summary>Whose they are.</summary>
    public required MerchantId Merchant { get; init; }

    /// <summary>Counts every change, so that a change can be made of what was seen or not at all.</summary>
    public int Revision { get; init; }

    /// <summary>The highest version there has been.</summary>
    public int LastVersion { get; init; }

    /// <summary>The version in use; null where the merchant has said nothing yet.</summary>
    public VersionedProgram? Current { get; init; }

    /// <summary>The experiment that runs or ran last.</summary>
    public Experiment? Experiment { get; init; }

    /// <summary>Whether some of the payments go by another version at present.</summary>
    public bool IsExperimenting => Experiment is { EndedAt: null };

    /// <summary>The versions that only this document has so far.</summary>
    public IEnumerable<VersionedProgram> Versions =>
        new[] { Current, Experiment?.Variant }.OfType<VersionedProgram>();

    /// <summary>The program for that payment: the one in use, or the one that is tried on a share of them.</summary>
    public RoutingProgram? ProgramFor(PaymentId payment) =>
        Experiment is { EndedAt: null } running && running.Takes(payment) ? running.Variant.Program : Current?.Program;
}

/// <summary>Why a change of a merchant's routing is refused.</summary>
public enum RoutingRejection { HasChanged, ExperimentRuns, NoExperiment, NoSuchVersion }

/// <summary>Whether a change of a merchant's routing is made.</summary>
public abstract record RoutingDecision
{
    /// <summary>It is, and this is what it makes.</summary>
    public sealed record Accepted(MerchantRouting Routing) : RoutingDecision;

    /// <summary>It is not.</summary>
    public sealed record Rejected(RoutingRejection Reason) : RoutingDecision;

    RoutingDecision() { }
}

/// <summary>The changes of a merchant's routing.</summary>
public static class RoutingRules
{
    /// <summary>Puts a program in the place of the one in use.</summary>
    /// <param name="seen">The revision that the caller has seen; null where any will do.</param>
    public static RoutingDecision Put(MerchantRouting routing, int? seen, RoutingProgram content, ProgramChange change)
    {
        if (seen is { } revision && revision != routing.Revision) return No(RoutingRejection.HasChanged);
        if (routing.IsExperimenting) return No(RoutingRejection.ExperimentRuns);
        return Yes(routing with { Current = Next(routing, content, ProgramCause.Changed, change) });
    }

    /// <summary>Puts the content of an older version in the place of the one in use, as a new version.</summary>
    public static RoutingDecision RollBack(MerchantRouting routing, RoutingProgram? old, ProgramChange change)
    {
        if (change.Request is not null && routing.Current?.Request == change.Request) return new RoutingDecision.Accepted(routing);
        if (old is null) return No(RoutingRejection.NoSuchVersion);
        if (routing.IsExperimenting) return No(RoutingRejection.ExperimentRuns);
        var next = Next(routing, old, ProgramCause.RolledBack, change) with { ContentOf = old.Version };
        return Yes(routing with { Current = next });
    }

    /// <summary>Tries a program on a share of the payments.</summary>
    public static RoutingDecision Start(MerchantRouting routing, NewExperiment wanted, ProgramChange change)
    {
        if (routing.Experiment?.Id == wanted.Id) return new RoutingDecision.Accepted(routing);
        if (routing.IsExperimenting) return No(RoutingRejection.ExperimentRuns);
        return Yes(routing with
        {
            Experiment = new Experiment
            {
                Id = wanted.Id,
                Variant = Next(routing, wanted.Content, ProgramCause.Experiment, change),
                ControlVersion = routing.Current?.Program.Version ?? 0,
                SharePercent = wanted.SharePercent,
                GuardrailPercentagePoints = wanted.GuardrailPercentagePoints,
                MinimumSample = wanted.MinimumSample,
                StartedAt = change.At,
            },
        });
    }

    /// <summary>Ends the experiment of that id; ended already, it stays as it ended.</summary>
    public static RoutingDecision Stop(MerchantRouting routing, ExperimentId id, ExperimentEnd why, DateTimeOffset now)
    {
        if (routing.Experiment is not { } experiment || experiment.Id != id) return No(RoutingRejection.NoExperiment);
        return routing.IsExperimenting
            ? Yes(routing with { Experiment = experiment with { EndedAt = now, End = why } }, makesVersion: false)
            : new RoutingDecision.Accepted(routing);
    }

    static VersionedProgram Next(MerchantRouting routing, RoutingProgram content, ProgramCause cause, ProgramChange change) =>
        new(content with { Version = routing.LastVersion + 1 }, cause, change.By, change.At) { Note = change.Note, Request = change.Request };

    static RoutingDecision.Accepted Yes(MerchantRouting routing, bool makesVersion = true) => new(routing with
    {
        Revision = routing.Revision + 1,
        LastVersion = routing.LastVersion + (makesVersion ? 1 : 0),
    });

    static RoutingDecision.Rejected No(RoutingRejection reason) => new(reason);
}
