namespace Railyard.Core.Payments;

/// <summary>Whether an authorisation is captured at once or by the merchant's own call.</summary>
public enum CaptureMode { Automatic, Manual }

/// <summary>
/// A payment with its attempts, operations and events: one document, one truth. It changes only by
/// <see cref="With"/>, which holds it to <see cref="Lifecycle"/>.
/// </summary>
public sealed record Payment
{
    /// <summary>Its id.</summary>
    public required PaymentId Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required MerchantId Merchant { get; init; }

    /// <summary>Where it stands.</summary>
    public PaymentStatus Status { get; init; } = Lifecycle.Initial;

    /// <summary>How much was asked for.</summary>
    public required Money Amount { get; init; }

    /// <summary>When it is captured.</summary>
    public required CaptureMode Capture { get; init; }

    /// <summary>The capture that an automatic payment makes of itself; decided with the payment, so that it is made once.</summary>
    public OperationId? AutomaticCapture { get; init; }

    /// <summary>The merchant's own reference.</summary>
    public string? Reference { get; init; }

    /// <summary>The merchant's own notes.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>What may be shown of the card.</summary>
    public required CardSummary Card { get; init; }

    /// <summary>Where the vault keeps the card.</summary>
    public required TokenId Token { get; init; }

    /// <summary>Why its route is what it is; null before it is planned.</summary>
    public RouteExplanation? Route { get; init; }

    /// <summary>Every attempt, in order.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>Every capture, refund and void, in order.</summary>
    public IReadOnlyList<Operation> Operations { get; init; } = [];

    /// <summary>Every dispute, the one that moved last at the end.</summary>
    public IReadOnlyList<Dispute> Disputes { get; init; } = [];

    /// <summary>Everything that happened, in order.</summary>
    public IReadOnlyList<RecordedEvent> Events { get; init; } = [];

    /// <summary>When its authorisation ends by the scheme's rules; null before there is one, and where it holds nothing.</summary>
    public DateTimeOffset? AuthorizedUntil { get; init; }

    /// <summary>Where the cardholder goes after authenticating; null where the merchant named nothing.</summary>
    public string? ReturnUrl { get; init; }

    /// <summary>When the merchant asked for it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the last event was recorded.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The payment as asked for, with its first event.</summary>
    public Payment Begun() => this with
    {
        Status = Lifecycle.Initial,
        Events = [new RecordedEvent(1, CreatedAt, new PaymentEvent.Created())],
        UpdatedAt = CreatedAt,
    };

    /// <summary>The payment after one more event.</summary>
    /// <exception cref="InvariantBroken">Its life has no such edge: the caller did not ask first.</exception>
    public Payment With(PaymentEvent happened, DateTimeOffset now) => this with
    {
        Status = Lifecycle.After(Status, happened.GetType())
            ?? throw new InvariantBroken($"{Id} is {Status}: {happened.Name} has no place there."),
        Events = [.. Events, new RecordedEvent(Events.Count + 1, now, happened)],
        UpdatedAt = now,
    };

    /// <summary>The payment with that attempt in the place of the one of its number.</summary>
    public Payment With(Attempt changed) => this with
    {
        Attempts = [.. Attempts.Select(attempt => attempt.Number == changed.Number ? changed : attempt)],
    };

    /// <summary>
    /// Whether it captures itself as soon as it is authorised. An amount of zero only verifies the card: there is nothing
    /// to capture.
    /// </summary>
    public bool CapturesItself => Capture == CaptureMode.Automatic && !Amount.IsZero;

    /// <summary>When what it waits for is over: the cardholder's action or the authorisation; null where it waits for neither.</summary>
    public DateTimeOffset? ExpiresAt => Status switch
    {
        PaymentStatus.RequiresAction => LastAttempt?.EndedAt + Expiry.ActionWithin,
        PaymentStatus.Authorized => AuthorizedUntil,
        PaymentStatus.Captured when !Capturable.IsZero => AuthorizedUntil,
        _ => null,
    };

    /// <summary>The attempt that came last, if there was one.</summary>
    public Attempt? LastAttempt => Attempts is [.., var last] ? last : null;

    /// <summary>The attempt that was approved, if one was.</summary>
    public Attempt? Approval => Attempts.FirstOrDefault(attempt => attempt.Outcome is AttemptOutcome.Approved);

    /// <summary>The acquirer's reference of the authorisation, if there is one.</summary>
    public string? AuthorisationReference => (Approval?.Outcome as AttemptOutcome.Approved)?.AcquirerReference;

    /// <summary>What the acquirer has confirmed as captured.</summary>
    public Money Captured => Sum(OperationKind.Capture, operation => operation.Status == OperationStatus.Succeeded);

    /// <summary>What the acquirer has confirmed as refunded.</summary>
    public Money Refunded => Sum(OperationKind.Refund, operation => operation.Status == OperationStatus.Succeeded);

    /// <summary>What may still be captured, with captures under way taken as made.</summary>
    public Money Capturable =>
        IsReleased ? Money.Zero(Amount.Currency) : Amount - Sum(OperationKind.Capture, operation => operation.Counts);

    /// <summary>What may still be refunded, with refunds under way taken as made.</summary>
    public Money Refundable
    {
        get
        {
            var (captured, refunds) = (Captured, Sum(OperationKind.Refund, operation => operation.Counts));
            // A capture that the acquirer took back may leave less than was refunded.
            return refunds > captured ? Money.Zero(Amount.Currency) : captured - refunds;
        }
    }

    /// <summary>Whether the rest has been given up, by a final capture or a void.</summary>
    public bool IsReleased => Operations.Any(operation =>
        operation.Counts && (operation.IsFinal || operation.Kind == OperationKind.Void));

    /// <summary>The operation of that id, or null.</summary>
    public Operation? Find(OperationId id) => Operations.FirstOrDefault(operation => operation.Id == id);

    Money Sum(OperationKind kind, Func<Operation, bool> which) => Operations
        .Where(operation => operation.Kind == kind && which(operation))
        .Aggregate(Money.Zero(Amount.Currency), (sum, operation) => sum + operation.Amount);
}
