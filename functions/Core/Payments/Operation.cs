namespace Railyard.Core.Payments;

/// <summary>What can be done with an authorised payment.</summary>
public enum OperationKind { Capture, Refund, Void }

/// <summary>How far an operation has come.</summary>
public enum OperationStatus { Pending, Succeeded, Failed, Unresolved }

/// <summary>A capture, refund or void of a payment. Its amount counts against the payment from the moment it is asked for.</summary>
public sealed record Operation
{
    /// <summary>Its id, also the idempotency key sent to the acquirer.</summary>
    public required OperationId Id { get; init; }

    /// <summary>Capture, refund or void.</summary>
    public required OperationKind Kind { get; init; }

    /// <summary>How far it has come.</summary>
    public required OperationStatus Status { get; init; }

    /// <summary>How much: for a void, what was left uncaptured.</summary>
    public required Money Amount { get; init; }

    /// <summary>Whether a capture gives up the rest.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The merchant's words for a refund.</summary>
    public string? Reason { get; init; }

    /// <summary>The acquirer's reference of this very operation, once it has one.</summary>
    public string? AcquirerReference { get; init; }

    /// <summary>Why it failed, in the acquirer's words.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether the acquirer took it first and failed it afterwards.</summary>
    public bool IsUndone { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the acquirer's last answer was recorded.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether its amount counts: it is done, or may yet be.</summary>
    public bool Counts => Status != OperationStatus.Failed;
}

/// <summary>What an acquirer made of a capture, refund or void.</summary>
public abstract record OperationOutcome
{
    /// <summary>Accepted under the acquirer's reference.</summary>
    public sealed record Accepted(string AcquirerReference) : OperationOutcome;

    /// <summary>Refused, and certainly so.</summary>
    public sealed record Refused(string RawCode, string RawMessage) : OperationOutcome;

    /// <summary>No answer that can be believed came: ask again.</summary>
    public sealed record Unknown(string Evidence) : OperationOutcome;

    OperationOutcome() { }
}
