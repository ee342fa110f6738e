using Railyard.Core.Payments;

namespace Railyard.Core.Acquiring;

/// <summary>What an acquirer tells us by itself, verified, and in our words.</summary>
public sealed record AcquirerNotice
{
    /// <summary>Who says it.</summary>
    public required AcquirerName Acquirer { get; init; }

    /// <summary>What makes it this notice: the same one sent again has the same id.</summary>
    public required string Id { get; init; }

    /// <summary>What it is called there, such as AUTHORISATION.</summary>
    public required string RawType { get; init; }

    /// <summary>The payment that it is about, if it is one of ours.</summary>
    public required PaymentId Payment { get; init; }

    /// <summary>The attempt that it is about, where it says; else the payment's last one there.</summary>
    public AttemptId? Attempt { get; init; }

    /// <summary>The capture, refund or void that it is about, where it says.</summary>
    public OperationId? Operation { get; init; }

    /// <summary>What it says.</summary>
    public required NoticeSubject Says { get; init; }

    /// <summary>How often it was put off because its payment was not ready for it.</summary>
    public int TimesPutOff { get; init; }
}

/// <summary>What a notice says.</summary>
public abstract record NoticeSubject
{
    /// <summary>The attempt is approved, for that amount where it is one that we can count.</summary>
    public sealed record Authorised(string Reference, string? AuthorisationCode, Money? Amount) : NoticeSubject;

    /// <summary>The attempt is refused.</summary>
    public sealed record Refused(DeclineCode Code, string RawCode, string? Message, string? Reference) : NoticeSubject;

    /// <summary>A capture, refund or void went through.</summary>
    public sealed record OperationTaken(OperationKind Kind, string Reference) : NoticeSubject;

    /// <summary>A capture, refund or void did not go through, though it may have been accepted first.</summary>
    public sealed record OperationRefused(OperationKind Kind, string? Reference, string RawCode, string Message) : NoticeSubject;

    /// <summary>A settlement file has the money of a capture or refund: if that was not known yet, it is now.</summary>
    public sealed record Settled(OperationKind Kind, string? Reference, Money Amount) : NoticeSubject;

    /// <summary>The cardholder disputes the payment, or that went on.</summary>
    public sealed record Disputed(string Reference, DisputeStage Stage, Money Amount, string? Reason) : NoticeSubject;

    /// <summary>Nothing that concerns us.</summary>
    public sealed record Nothing : NoticeSubject;

    NoticeSubject() { }
}
