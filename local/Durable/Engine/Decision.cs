namespace Railyard.Local.Durable;

/// <summary>What an orchestrator wants done.</summary>
abstract record Decision
{
    public sealed record RunActivity(int Id, string Name, string? Input) : Decision
    {
        public override Step Step => new(StepKind.Activity, Id, Name);
    }

    public sealed record StartTimer(int Id, DateTime Due) : Decision
    {
        public override Step Step => new(StepKind.Timer, Id, string.Empty);
    }

    public sealed record StartChild(
        int Id, string Name, string InstanceId, string? Input, string? Version, string? Tags) : Decision
    {
        public override Step Step => new(StepKind.Child, Id, Name);
    }

    public sealed record SendEvent(int Id, string InstanceId, string Name, string? Payload) : Decision
    {
        public override Step Step => new(StepKind.Event, Id, Name);
    }

    Decision() { }

    public abstract Step Step { get; }
}

/// <summary>How a run ends.</summary>
abstract record Ending
{
    public sealed record Completed(string? Output) : Ending;

    public sealed record Failed(Failure Failure) : Ending;

    public sealed record Terminated(string? Output, IReadOnlyList<string> Children) : Ending;

    public sealed record ContinuedAsNew(
        string? Input, string? Version, IReadOnlyList<Message> Carried) : Ending;

    Ending() { }
}

/// <summary>All that one turn changes; it is committed as a whole.</summary>
sealed record Outcome(
    IReadOnlyList<Decision> Decisions,
    IReadOnlyList<Decision.StartTimer> CancelledTimers,
    CustomStatus? CustomStatus,
    bool IsSuspended,
    Ending? Ending)
{
    public static Outcome Of(Ending ending) => new([], [], null, false, ending);
}

/// <summary>A custom status that was set, null included.</summary>
sealed record CustomStatus(string? Serialized);
