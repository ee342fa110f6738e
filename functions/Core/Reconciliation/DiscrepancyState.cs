using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>How a person ends a discrepancy.</summary>
public enum ResolutionKind
{
    /// <summary>It is as the acquirer says.</summary>
    Accepted,

    /// <summary>It was put right elsewhere: by the acquirer, or by an entry of ours.</summary>
    Corrected,

    /// <summary>Nobody will ever pay it.</summary>
    WrittenOff,

    /// <summary>Another discrepancy is about the same.</summary>
    DuplicateOf,
}

/// <summary>A person's word on a discrepancy.</summary>
/// <param name="DuplicateOf">Of which it is a duplicate; null for every other kind.</param>
public sealed record Resolution(ResolutionKind Kind, string Reason, DiscrepancyId? DuplicateOf = null)
{
    /// <summary>The bulk of which it is a part; null where it was said of this one alone.</summary>
    public string? Bulk { get; init; }
}

/// <summary>Whether a discrepancy still needs an explanation, and what gave it.</summary>
public abstract record DiscrepancyState
{
    /// <summary>Nothing explains it yet.</summary>
    public sealed record Open : DiscrepancyState;

    /// <summary>Somebody looks into it.</summary>
    public sealed record Assigned(string To) : DiscrepancyState;

    /// <summary>
    /// An operator would end it so, and another one has to agree. <paramref name="To"/> is who looked into it until then.
    /// </summary>
    public sealed record Proposed(Resolution Resolution, string By, string? To) : DiscrepancyState;

    /// <summary>A person ended it. <paramref name="ApprovedBy"/> is null where one alone could.</summary>
    public sealed record Resolved(Resolution Resolution, string By, string? ApprovedBy) : DiscrepancyState;

    /// <summary>Its counterpart came late, or, where there is no line, nothing is expected any more.</summary>
    public sealed record Closed(ExpectationId Expectation, FileId? File, int? Line) : DiscrepancyState;

    /// <summary>A later run of its file does not find it any more; which one.</summary>
    public sealed record Superseded(int Run) : DiscrepancyState;

    DiscrepancyState() { }

    /// <summary>Whether it still needs an explanation.</summary>
    public bool IsOpen => this is Open or Assigned or Proposed;
}

/// <summary>What was done about a discrepancy.</summary>
public enum DiscrepancyAct
{
    Assigned,
    Noted,
    Proposed,
    Approved,
    Rejected,
    Resolved,

    /// <summary>A later run of its file did not find it.</summary>
    Superseded,

    /// <summary>A later run of its file found it once more, or found that it says something else.</summary>
    FoundAgain,
}

/// <summary>Who did what about a discrepancy, when, and why.</summary>
/// <param name="By">The operator's key.</param>
/// <param name="Text">Why, in that person's words; null where nothing was said.</param>
/// <param name="To">Who is to look into it, where it was assigned.</param>
/// <param name="Resolution">How it was, or was to be, ended; null where it was about something else.</param>
public sealed record DiscrepancyEntry(
    DateTimeOffset At, string By, DiscrepancyAct Act, string? Text, string? To = null, ResolutionKind? Resolution = null);
