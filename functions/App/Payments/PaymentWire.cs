using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>A payment as the contract shows it (DESIGN section 4).</summary>
sealed record PaymentWire(
    PaymentId Id,
    PaymentStatus Status,
    long Amount,
    string Currency,
    long AmountCaptured,
    long AmountRefunded,
    CaptureMode Capture,
    string? Reference,
    IReadOnlyDictionary<string, string> Metadata,
    CardWire Card,
    string? Acquirer,
    DeclineWire? Decline,
    ActionWire? Action,
    IReadOnlyList<DisputeWire> Disputes,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>The payment as it stands.</summary>
    public static PaymentWire Of(Payment payment) => new(
        payment.Id,
        payment.Status,
        payment.Amount.MinorUnits,
        payment.Amount.Currency.Code,
        payment.Captured.MinorUnits,
        payment.Refunded.MinorUnits,
        payment.Capture,
        payment.Reference,
        payment.Metadata,
        CardWire.Of(payment.Card),
        payment.LastAttempt?.Acquirer.Value,
        payment.Status == PaymentStatus.Declined ? DeclineWire.Of(payment) : null,
        payment.Status == PaymentStatus.RequiresAction ? ActionWire.Of(payment) : null,
        [.. payment.Disputes.Select(DisputeWire.Of)],
        payment.ExpiresAt,
        payment.CreatedAt,
        payment.UpdatedAt);
}

/// <summary>What is shown of a card.</summary>
sealed record CardWire(CardBrand Brand, string Last4, int ExpMonth, int ExpYear)
{
    public static CardWire Of(CardSummary card) => new(card.Brand, card.Last4, card.ExpMonth, card.ExpYear);
}

/// <summary>
/// Why a payment is declined, what to do about it, the scheme's own code where it came through, and whether to try again.
/// </summary>
sealed record DeclineWire(DeclineCode Code, string Advice, string? NetworkCode, RetryWire Retry)
{
    public static DeclineWire? Of(Payment payment)
    {
        var refused = payment.Events.Select(recorded => recorded.Event).OfType<PaymentEvent.Refused>().LastOrDefault();
        if (refused is null) return null;
        var declined = payment.LastAttempt?.Outcome as AttemptOutcome.Declined;
        return new DeclineWire(refused.Code, refused.Code.Advice(), declined?.NetworkCode, RetryWire.Of(payment.LastAttempt, refused.Code));
    }
}

/// <summary>Whether the merchant may try the same card again, when at the earliest, and why.</summary>
sealed record RetryWire(bool Allowed, DateTimeOffset? NotBefore, string Why)
{
    // An attempt that was undone, and a payment that nobody could take, were not declined by anybody.
    public static RetryWire Of(Attempt? last, DeclineCode code) => last?.Next is { } next
        ? new RetryWire(next.AllowsMerchant, next.AllowedFrom(last.EndedAt!.Value), next.Why)
        : new RetryWire(code.Class() != DeclineClass.Hard, null, code.Advice());
}

/// <summary>What was decided after a decline, why, and the scheme's fee that it avoided.</summary>
sealed record NextWire(string Decision, string Why, DateTimeOffset? NotBefore, FeeWire? AvoidedFee)
{
    public static NextWire? Of(Attempt attempt) => attempt.Next is { } next
        ? new NextWire(Word(next), next.Why, next.AllowedFrom(attempt.EndedAt!.Value), FeeWire.Of((next as RetryDecision.Stop)?.Avoided))
        : null;

    static string Word(RetryDecision next) => next switch
    {
        RetryDecision.NextAcquirer => "next_acquirer",
        RetryDecision.Wait => "wait",
        RetryDecision.Authenticate => "authenticate",
        RetryDecision.FixDetails => "fix_details",
        RetryDecision.Stop => "stop",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>A fee of a scheme's.</summary>
sealed record FeeWire(string Name, long Amount, string Currency)
{
    public static FeeWire? Of(SchemeFee? fee) =>
        fee is null ? null : new FeeWire(fee.Name, fee.Amount.MinorUnits, fee.Amount.Currency.Code);
}

/// <summary>A dispute as the contract shows it.</summary>
sealed record DisputeWire(
    string Reference, DisputeStage Stage, long Amount, string Currency, string? Reason, DateTimeOffset OpenedAt, DateTimeOffset UpdatedAt)
{
    public static DisputeWire Of(Dispute dispute) => new(
        dispute.Reference,
        dispute.Stage,
        dispute.Amount.MinorUnits,
        dispute.Amount.Currency.Code,
        dispute.Reason,
        dispute.OpenedAt,
        dispute.UpdatedAt);
}

/// <summary>What the cardholder has to do.</summary>
sealed record ActionWire(string Type, string Url)
{
    public static ActionWire? Of(Payment payment) =>
        payment.LastAttempt?.Outcome is AttemptOutcome.ActionRequired action
            ? new ActionWire("redirect", action.Url)
            : null;
}

/// <summary>A capture, refund or void as the contract shows it.</summary>
sealed record OperationWire(
    OperationId Id,
    PaymentId Payment,
    OperationKind Type,
    OperationStatus Status,
    long Amount,
    string Currency,
    bool Final,
    string? Reason,
    string? Failure,
    DateTimeOffset CreatedAt)
{
    public static OperationWire Of(Payment payment, Operation operation) => new(
        operation.Id,
        payment.Id,
        operation.Kind,
        operation.Status,
        operation.Amount.MinorUnits,
        operation.Amount.Currency.Code,
        operation.IsFinal,
        operation.Reason,
        operation.Failure,
        operation.CreatedAt);
}

/// <summary>An attempt as the contract shows it: where it went, why there, and what came of it.</summary>
sealed record AttemptWire(
    AttemptId Id,
    int Number,
    string Acquirer,
    string Why,
    string Outcome,
    DeclineCode? DeclineCode,
    string? RawCode,
    string? RawMessage,
    string? NetworkCode,
    string? AdviceCode,
    string? AcquirerReference,
    string? Evidence,
    NextWire? Next,
    IReadOnlyList<ReversalWire> Reversals,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt)
{
    public static AttemptWire Of(Attempt attempt)
    {
        var shown = new AttemptWire(
            attempt.Id, attempt.Number, attempt.Acquirer.Value, attempt.Why, "pending",
            null, null, null, null, null, null, null, NextWire.Of(attempt),
            [.. attempt.Reversals.Select(ReversalWire.Of)], attempt.StartedAt, attempt.EndedAt);
        return attempt.Outcome switch
        {
            null => shown,
            AttemptOutcome.Approved approved => shown with { Outcome = "approved", AcquirerReference = approved.AcquirerReference },
            AttemptOutcome.Declined declined => shown with
            {
                Outcome = "declined",
                DeclineCode = declined.Code,
                RawCode = declined.RawCode,
                RawMessage = declined.RawMessage,
                NetworkCode = declined.NetworkCode,
                AdviceCode = declined.AdviceCode,
                AcquirerReference = declined.AcquirerReference,
            },
            AttemptOutcome.ActionRequired action => shown with { Outcome = "action_required", AcquirerReference = action.AcquirerReference },
            AttemptOutcome.Unknown unknown => shown with { Outcome = "unknown", Evidence = unknown.Evidence },
            AttemptOutcome.Reversed reversed => shown with { Outcome = "reversed", Evidence = reversed.Evidence },
            AttemptOutcome.Contradicted contradicted => shown with
            {
                Outcome = "contradicted",
                AcquirerReference = contradicted.AcquirerReference,
                Evidence = contradicted.Evidence,
            },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}

/// <summary>A payment's attempts, and how they came to be where they were.</summary>
sealed record AttemptList(RouteWire? Routing, IReadOnlyList<AttemptWire> Items)
{
    public static AttemptList Of(Payment payment) => new(
        payment.Route is { } route ? RouteWire.Of(route) : null, [.. payment.Attempts.Select(AttemptWire.Of)]);
}

/// <summary>Why a payment's route is what it is, as the contract shows it.</summary>
sealed record RouteWire(int ProgramVersion, string? Rule, IReadOnlyList<CandidateWire> Candidates)
{
    public static RouteWire Of(RouteExplanation route) =>
        new(route.ProgramVersion, route.Rule, [.. route.Candidates.Select(CandidateWire.Of)]);
}

/// <summary>An acquirer that was thought of, as the contract shows it; the numbers are there where they were looked at.</summary>
sealed record CandidateWire(
    AcquirerName Acquirer,
    bool Kept,
    string Reason,
    double? Successes,
    double? Failures,
    string? Level,
    string? Outage,
    long? MonthPayments,
    double? ExpectedValue,
    double? ApprovalProbability,
    double? ApprovalLow,
    double? ApprovalHigh,
    long? Cost,
    bool? Exploration)
{
    public static CandidateWire Of(RouteCandidate candidate) => new(
        candidate.Acquirer,
        candidate.IsKept,
        candidate.Reason,
        candidate.Standing?.Successes,
        candidate.Standing?.Failures,
        candidate.Standing?.Level,
        candidate.Standing?.Outage.ToLowerInvariant(),
        candidate.MonthPayments,
        candidate.Worth?.ExpectedValue,
        candidate.Worth?.ApprovalProbability,
        candidate.Worth?.Low,
        candidate.Worth?.High,
        candidate.Worth?.Cost.MinorUnits,
        candidate.Worth?.IsExploration);
}

/// <summary>A reversal of an attempt as the contract shows it.</summary>
sealed record ReversalWire(string Why, string? ApprovalReference, string? Evidence, DateTimeOffset AskedAt, DateTimeOffset? AcknowledgedAt)
{
    public static ReversalWire Of(Reversal reversal) =>
        new(reversal.Why, reversal.ApprovalReference, reversal.Evidence, reversal.AskedAt, reversal.EndedAt);
}

/// <summary>An event of a payment's log as the contract shows it.</summary>
sealed record EventWire(string Type, int Sequence, DateTimeOffset At)
{
    public static EventWire Of(RecordedEvent recorded) => new(recorded.Event.Name, recorded.Sequence, recorded.At);
}
