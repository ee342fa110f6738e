namespace Railyard.Core.Payments;

/// <summary>
/// A request to an acquirer to undo an attempt: one whose outcome could not be found out, or one that was approved when
/// nobody wanted it any more.
/// </summary>
public sealed record Reversal
{
    /// <summary>Counted from 1 within its attempt.</summary>
    public required int Number { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public required string Why { get; init; }

    /// <summary>The acquirer's reference of the approval that is undone; null where none is known of.</summary>
    public string? ApprovalReference { get; init; }

    /// <summary>When it was written down, which is before the acquirer was asked.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>When the acquirer acknowledged it; null while it has not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What the acquirer said, or why nobody knows.</summary>
    public string? Evidence { get; init; }
}

/// <summary>What an acquirer made of the request to undo an attempt.</summary>
public abstract record ReversalOutcome
{
    /// <summary>Acknowledged: nothing of the attempt lives, whether or not there was anything to undo.</summary>
    public sealed record Reversed(string? AcquirerReference, string Evidence) : ReversalOutcome;

    /// <summary>No answer that can be believed came: ask again.</summary>
    public sealed record Unknown(string Evidence) : ReversalOutcome;

    ReversalOutcome() { }
}
