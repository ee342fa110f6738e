using Railyard.Local.Acquirers.Notifications;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Acquirers.Bookkeeping;

/// <summary>
/// Reversals of one acquirer: each is received, whatever it names, and what came of it is told by notification. A
/// cancel whose payment is not there yet waits for it a little.
/// </summary>
sealed class Reversals(Session session, string acquirer, Entries entries)
{
    const int MostCancelledAtOnce = 100;
    const int MostEndedAtOnce = 100;

    // Longer than a slow answer takes, so that a cancel overtakes no payment underway.
    static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    /// <summary>A cancel was entered that waits for its payment.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Cancels what has not been captured, or refunds all of what has.</summary>
    public Modification Reverse(string psp, string? reference)
    {
        var asked = entries.New(psp, ModificationKind.Cancel, reference, 0);
        if (entries.Find(psp) is not { } payment)
        {
            Tell(Notices.NothingToReverse(
                EventCode.CancelOrRefund, asked.Psp, psp, reference ?? psp, entries.Now));
            return asked;
        }
        var done = Undo(payment, asked);
        Tell(Notices.Reversed(
            EventCode.CancelOrRefund, payment, done ?? asked, done is null ? Notices.NotReversible : null));
        return done ?? asked;
    }

    /// <summary>Cancels every uncaptured payment of this reference, now or if it comes soon.</summary>
    public Modification CancelAll(string paymentReference, string? reference)
    {
        var asked = entries.New("", ModificationKind.Cancel, reference, 0);
        var found = entries.WithReference(paymentReference, MostCancelledAtOnce);
        var cancelled = found.FindAll(payment => IsReleased(payment, asked));
        foreach (var payment in cancelled)
            Tell(Notices.Reversed(EventCode.TechnicalCancel, payment, Of(payment, asked)));
        if (cancelled.Count == 0) Remember(asked, paymentReference);
        return asked;
    }

    /// <summary>Takes an approval back that a cancel had named before; null where none had.</summary>
    public Payment? TakeBack(Payment payment)
    {
        var waiting = session.First(
            "SELECT id, psp, reference FROM cancels " +
            "WHERE acquirer = ?1 AND payment_reference = ?2 AND ends_at > ?3 ORDER BY id LIMIT 1",
            row => (Id: row.GetInt64(0), Psp: row.GetString(1), Reference: row.IsNull(2) ? null : row.GetString(2)),
            acquirer, payment.Reference, entries.Now.UtcTicks);
        if (waiting.Psp is null) return null;
        session.Execute("DELETE FROM cancels WHERE id = ?1", waiting.Id);
        var cancel = entries.Release(payment, Cancel(payment, waiting.Psp, waiting.Reference));
        Tell(Notices.Reversed(EventCode.TechnicalCancel, payment, cancel));
        return entries.Withdraw(payment);
    }

    /// <summary>Gives up on payments that never came.</summary>
    public void EndWaiting()
    {
        var over = session.Query(
            "SELECT id, psp, payment_reference FROM cancels " +
            "WHERE acquirer = ?1 AND ends_at <= ?2 ORDER BY ends_at LIMIT ?3",
            row => (Id: row.GetInt64(0), Psp: row.GetString(1), Reference: row.GetString(2)),
            acquirer, entries.Now.UtcTicks, MostEndedAtOnce);
        foreach (var cancel in over)
        {
            session.Execute("DELETE FROM cancels WHERE id = ?1", cancel.Id);
            Tell(Notices.NothingToReverse(
                EventCode.TechnicalCancel, cancel.Psp, null, cancel.Reference, entries.Now));
        }
    }

    public long? NextEnd() =>
        (long?)session.Scalar("SELECT min(ends_at) FROM cancels WHERE acquirer = ?1", acquirer);

    // Reversed before is reversed: who asks again wants to be sure of it.
    Modification? Undo(Payment payment, Modification asked)
    {
        if (IsReleased(payment, asked)) return Of(payment, asked);
        var totals = entries.Totals(payment.Psp);
        if (totals.Captured == 0) return null;
        var refund = asked with { Kind = ModificationKind.Refund, Amount = totals.Captured - totals.Refunded };
        return refund.Amount == 0 ? refund : entries.Add(refund);
    }

    bool IsReleased(Payment payment, Modification asked)
    {
        if (payment.IsCancelled) return true;
        if (payment.Standing == Standing.AwaitingCardholder) return entries.Withdraw(payment).IsCancelled;
        if (!entries.IsCancellable(payment)) return false;
        entries.Release(payment, Of(payment, asked));
        return true;
    }

    void Remember(Modification asked, string paymentReference)
    {
        session.Execute(
            "INSERT INTO cancels (acquirer, psp, payment_reference, reference, ends_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            acquirer, asked.Psp, paymentReference, asked.Reference, (entries.Now + Remembered).UtcTicks);
        IsWaiting = true;
    }

    void Tell(Outgoing outgoing) => entries.ToTell.Add(outgoing);

    Modification Cancel(Payment payment, string psp, string? reference) =>
        new(psp, payment.Psp, ModificationKind.Cancel, reference, payment.Authorised, entries.Now);

    static Modification Of(Payment payment, Modification asked) =>
        asked with { PaymentPsp = payment.Psp, Amount = payment.Authorised };
}
