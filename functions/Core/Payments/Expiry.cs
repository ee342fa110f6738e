namespace Railyard.Core.Payments;

/// <summary>What a look at an authorisation that should be over has found.</summary>
public enum ExpiryState
{
    /// <summary>It is captured, voided or otherwise no longer open: nothing to do.</summary>
    Over,

    /// <summary>An operation of it is under way, or by this clock its time has not come: look again later.</summary>
    Busy,

    /// <summary>It has expired, and its hold on the cardholder's account is to be released.</summary>
    Expired,
}

/// <summary>Ends what waited too long: an action of the cardholder, or an authorisation that nobody captured.</summary>
public static class Expiry
{
    /// <summary>How long the cardholder has to authenticate.</summary>
    public static readonly TimeSpan ActionWithin = TimeSpan.FromMinutes(15);

    /// <summary>How long to wait before looking again at an authorisation with something under way.</summary>
    public static readonly TimeSpan LooksAgainAfter = TimeSpan.FromHours(1);

    /// <summary>How often it is looked at: an operation is known, or a person's, within 72 hours.</summary>
    public const int MostLooks = 80;

    /// <summary>
    /// The payment when the cardholder's time is up, and nobody looks after it any more. What is known by then stays; what is not
    /// (a step that was taken for dead wrote it late) is a person's to find out.
    /// </summary>
    public static Payment EndAction(Payment payment, DateTimeOffset now) => payment switch
    {
        { Status: PaymentStatus.RequiresAction } => payment.With(new PaymentEvent.TimedOut(), now),
        { Status: PaymentStatus.Processing, LastAttempt: { Outcome: AttemptOutcome.Unknown unknown } last } =>
            payment.With(new PaymentEvent.LeftUnresolved(last.Number, unknown.Evidence), now),
        _ => payment,
    };

    /// <summary>How an authorisation stands to its end.</summary>
    public static ExpiryState State(Payment payment, DateTimeOffset now) => payment.Status switch
    {
        PaymentStatus.Expired => ExpiryState.Expired,
        PaymentStatus.Authorized when payment.Operations.Any(IsUnderWay) => ExpiryState.Busy,
        // No two clocks agree: whoever was called for its time may come before it.
        PaymentStatus.Authorized when now < payment.AuthorizedUntil => ExpiryState.Busy,
        _ => ExpiryState.Over,
    };

    /// <summary>
    /// The payment when its authorisation has ended: expired, and with the void that releases the hold, so that the
    /// acquirer cannot capture what we no longer would. Made again, it is the same.
    /// </summary>
    public static Payment EndAuthorization(Payment payment, OperationId release, DateTimeOffset now)
    {
        if (payment.Status != PaymentStatus.Authorized || payment.AuthorizedUntil is not { } until || now < until) return payment;
        var wanted = new NewOperation(release, OperationKind.Void, Reason: "expired") { IsOurs = true };
        var asked = OperationRules.Ask(payment, wanted, now);
        return asked is Decision.Accepted accepted && !payment.Operations.Any(IsUnderWay)
            ? accepted.Payment.With(new PaymentEvent.TimedOut(), now)
            : payment;
    }

    static bool IsUnderWay(Operation operation) => operation.Status is OperationStatus.Pending or OperationStatus.Unresolved;
}
