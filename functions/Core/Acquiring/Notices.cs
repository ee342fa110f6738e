using System.Diagnostics;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Acquiring;

/// <summary>What is to be done about a notice.</summary>
public abstract record NoticeVerdict
{
    /// <summary>Nothing: it is known, or of no consequence.</summary>
    public sealed record Nothing : NoticeVerdict;

    /// <summary>The call that it is about is under way: later.</summary>
    public sealed record PutOff : NoticeVerdict;

    /// <summary>
    /// It is what somebody waits for: tell them, or settle the payment where nobody waits any more; and judge it again, for they
    /// may have gone on meanwhile and not have taken it.
    /// </summary>
    public sealed record Tell(int Attempt, AttemptOutcome Said) : NoticeVerdict;

    /// <summary>What follows an approval may not have been started: start it.</summary>
    public sealed record GoOn : NoticeVerdict;

    /// <summary>Nobody wants that approval (any more): have it undone.</summary>
    public sealed record Undo(int Attempt, string ApprovalReference, string Why) : NoticeVerdict;

    /// <summary>The payment is to be saved so, and its new events published.</summary>
    public sealed record Change(Payment Payment) : NoticeVerdict;

    /// <summary>It does not fit what we know: a person must look.</summary>
    public sealed record ForAPerson(string Reason) : NoticeVerdict;

    NoticeVerdict() { }
}

/// <summary>
/// Decides what a notice means for its payment. Notices come late, in any order, and more than once; an outcome that is
/// known stays, and an approval that is not the payment's is undone.
/// </summary>
public static class Notices
{
    /// <summary>What is to be done about that notice, as the payment stands.</summary>
    public static NoticeVerdict Judge(Payment payment, AcquirerNotice notice, DateTimeOffset now) => notice.Says switch
    {
        NoticeSubject.Nothing => new NoticeVerdict.Nothing(),
        NoticeSubject.Authorised or NoticeSubject.Refused => Find(payment, notice) is { } attempt
            ? OfAttempt(payment, attempt, Outcome(notice.Says, payment.Amount))
            : new NoticeVerdict.ForAPerson($"{payment.Id} was never sent to {notice.Acquirer}."),
        NoticeSubject.OperationTaken taken => Taken(payment, notice, taken, now),
        NoticeSubject.OperationRefused refused => Refused(payment, notice, refused, now),
        NoticeSubject.Settled settled => Settled(payment, settled, now),
        NoticeSubject.Disputed disputed => Disputed(payment, disputed, now),
        _ => throw new UnreachableException(),
    };

    static Attempt? Find(Payment payment, AcquirerNotice notice) => payment.Attempts.LastOrDefault(attempt =>
        attempt.Acquirer == notice.Acquirer && (notice.Attempt is not { } id || attempt.Id == id));

    static AttemptOutcome Outcome(NoticeSubject says, Money asked) => says switch
    {
        NoticeSubject.Refused refused => new AttemptOutcome.Declined(refused.Code, refused.RawCode, refused.Message)
        {
            AcquirerReference = refused.Reference,
        },
        NoticeSubject.Authorised { Amount: { } amount } approved when amount == asked =>
            new AttemptOutcome.Approved(approved.Reference, approved.AuthorisationCode),
        NoticeSubject.Authorised other =>
            new AttemptOutcome.Contradicted(other.Reference, $"Asked for {asked}, a notification says {other.Amount}."),
        _ => throw new UnreachableException(),
    };

    static NoticeVerdict OfAttempt(Payment payment, Attempt attempt, AttemptOutcome said) => (attempt.Outcome, said) switch
    {
        (null, _) => new NoticeVerdict.PutOff(),
        (AttemptOutcome.Unknown or AttemptOutcome.ActionRequired, _) when IsOpen(payment, attempt) => OfOpen(payment, attempt, said),
        (AttemptOutcome.Approved known, AttemptOutcome.Approved same) when known.AcquirerReference == same.AcquirerReference =>
            new NoticeVerdict.GoOn(),
        (AttemptOutcome.Contradicted known, AttemptOutcome.Contradicted same) when known.AcquirerReference == same.AcquirerReference =>
            new NoticeVerdict.Nothing(),
        (AttemptOutcome.Approved or AttemptOutcome.Contradicted, AttemptOutcome.Declined) => Odd(payment, attempt, said),
        (_, AttemptOutcome.Declined) => new NoticeVerdict.Nothing(),
        _ => Unwanted(payment, attempt, said),
    };

    static bool IsOpen(Payment payment, Attempt attempt) =>
        attempt == payment.LastAttempt
        && payment.Status is PaymentStatus.Processing or PaymentStatus.RequiresAction or PaymentStatus.Unresolved;

    // While its reversal is under way an approval is not used, and may be later than what is reversed: once that has ended, it is
    // judged again. But the reversal may have been given up.
    static NoticeVerdict OfOpen(Payment payment, Attempt attempt, AttemptOutcome said) =>
        said is AttemptOutcome.Declined || !attempt.IsBeingReversed ? new NoticeVerdict.Tell(attempt.Number, said)
        : payment.Status == PaymentStatus.Unresolved ? Unwanted(payment, attempt, said)
        : new NoticeVerdict.PutOff();

    static NoticeVerdict Unwanted(Payment payment, Attempt attempt, AttemptOutcome said)
    {
        var reference = said switch
        {
            AttemptOutcome.Approved approved => approved.AcquirerReference,
            AttemptOutcome.Contradicted contradicted => contradicted.AcquirerReference,
            _ => throw new UnreachableException(),
        };
        if (Reversals.Undone(attempt, reference) is { EndedAt: not null }) return new NoticeVerdict.Nothing();
        return attempt.Reversals.Count >= Reversals.MostPerAttempt && !attempt.IsBeingReversed
            ? Odd(payment, attempt, said)
            : new NoticeVerdict.Undo(
                attempt.Number, reference, $"approved late, when the attempt was {Word(attempt)} and the payment {payment.Status}");
    }

    static string Word(Attempt attempt) => attempt.Outcome!.GetType().Name;

    static NoticeVerdict.ForAPerson Odd(Payment payment, Attempt attempt, AttemptOutcome said) => new(
        $"{attempt.Acquirer} says of {payment.Id}, whose attempt {attempt.Number} is {Word(attempt)}: {said.GetType().Name}.");

    static NoticeVerdict Taken(Payment payment, AcquirerNotice notice, NoticeSubject.OperationTaken taken, DateTimeOffset now) =>
        Find(payment, notice, taken.Kind, taken.Reference) switch
        {
            null => Unknown(payment, notice),
            { Status: OperationStatus.Pending or OperationStatus.Unresolved } open => new NoticeVerdict.Change(
                OperationRules.Record(payment, open.Id, new OperationOutcome.Accepted(taken.Reference), now)),
            // Told out of order: that it was taken is older than that it was undone.
            { Status: OperationStatus.Succeeded } or { IsUndone: true } => new NoticeVerdict.Nothing(),
            var failed => new NoticeVerdict.ForAPerson(
                $"{notice.Acquirer} says that {failed.Id} of {payment.Id} went through, which it had refused: {failed.Failure}."),
        };

    static NoticeVerdict Refused(Payment payment, AcquirerNotice notice, NoticeSubject.OperationRefused refused, DateTimeOffset now) =>
        Find(payment, notice, refused.Kind, refused.Reference) switch
        {
            null => Unknown(payment, notice),
            { Status: OperationStatus.Pending or OperationStatus.Unresolved } open => new NoticeVerdict.Change(
                OperationRules.Record(payment, open.Id, new OperationOutcome.Refused(refused.RawCode, refused.Message), now)),
            { Status: OperationStatus.Succeeded } done => new NoticeVerdict.Change(
                OperationRules.Undo(payment, done.Id, $"{refused.RawCode} {refused.Message}", now)),
            _ => new NoticeVerdict.Nothing(),
        };

    // A line names no operation of ours: of several alike that are open, the one that was asked for first is meant.
    static NoticeVerdict Settled(Payment payment, NoticeSubject.Settled settled, DateTimeOffset now)
    {
        var open = payment.Operations.FirstOrDefault(operation =>
            operation.Kind == settled.Kind
            && operation.Amount == settled.Amount
            && operation.Status is OperationStatus.Pending or OperationStatus.Unresolved);
        return open is null
            ? new NoticeVerdict.Nothing()
            : new NoticeVerdict.Change(
                OperationRules.Record(payment, open.Id, new OperationOutcome.Accepted(settled.Reference ?? ""), now));
    }

    static Operation? Find(Payment payment, AcquirerNotice notice, OperationKind kind, string? reference) =>
        notice.Operation is { } id
            ? payment.Find(id)
            : payment.Operations.FirstOrDefault(operation =>
                operation.Kind == kind && reference is not null && operation.AcquirerReference == reference);

    static NoticeVerdict.ForAPerson Unknown(Payment payment, AcquirerNotice notice) =>
        new($"{notice.Acquirer} speaks of an operation of {payment.Id} that is not known here: {notice.RawType} {notice.Id}.");

    static NoticeVerdict Disputed(Payment payment, NoticeSubject.Disputed disputed, DateTimeOffset now)
    {
        if (payment.Status is not (PaymentStatus.Captured or PaymentStatus.Refunded))
            return new NoticeVerdict.ForAPerson($"{payment.Id} is {payment.Status} and cannot be disputed, and is: {disputed.Reference}.");
        var told = new Dispute(disputed.Reference, disputed.Stage, disputed.Amount, disputed.Reason, now, now);
        var changed = Disputes.Record(payment, told);
        return ReferenceEquals(changed, payment) ? new NoticeVerdict.Nothing() : new NoticeVerdict.Change(changed);
    }
}
