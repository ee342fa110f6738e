using System.Security.Cryptography;
using Railyard.Local.Acquirers.Notifications;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Acquirers.Bookkeeping;

/// <summary>The book of one acquirer within one transaction, and the rules of what may be entered.</summary>
sealed class Entries(Session session, string acquirer, DateTimeOffset now)
{
    const string Alphabet = "BCDFGHJKLMNPQRSTVWXZ23456789";
    const int PspLength = 16;
    const string PaymentColumns =
        "psp, reference, currency, requested, authorised, standing, refusal_code, auth_code, bin, last4, " +
        "brand, return_url, capture_delay_hours, cancelled, created_at";
    // Captured and refunded in full is no longer an approval; captured not at all still is.
    const string IsLive =
        """
        authorised > 0 AND cancelled = 0 AND (
            SELECT ifnull(sum(CASE m.kind WHEN 'Capture' THEN m.amount ELSE -m.amount END), -1)
            FROM modifications m
            WHERE m.acquirer = payments.acquirer AND m.payment_psp = payments.psp) <> 0
        """;

    public DateTimeOffset Now => now;

    public Authentications Authentications { get; } = new(session, acquirer);

    public Intents Intents { get; } = new(session, acquirer);

    public Reversals Reversals => field ??= new(session, acquirer, this);

    /// <summary>What there is to tell of what was entered.</summary>
    public List<Outgoing> ToTell { get; } = [];

    /// <summary>Sixteen characters without vowels, so that no reference spells a word.</summary>
    public static string NewPsp() => RandomNumberGenerator.GetString(Alphabet, PspLength);

    public static string NewAuthCode() => RandomNumberGenerator.GetString("0123456789", 6);

    /// <summary>Enters a payment, and its capture where none will be asked for.</summary>
    public Payment Enter(Payment payment)
    {
        session.Execute(
            $"INSERT INTO payments (acquirer, {PaymentColumns}) " +
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 0, ?15)",
            acquirer, payment.Psp, payment.Reference, payment.Currency, payment.Requested, payment.Authorised,
            payment.Standing.ToString(), payment.RefusalCode, payment.AuthCode, payment.Card.Bin,
            payment.Card.Last4, payment.Card.Brand, payment.ReturnUrl, payment.CaptureDelayHours,
            payment.CreatedAt.UtcTicks);
        return payment.Standing == Standing.AwaitingCardholder
            ? Reversals.TakeBack(payment) ?? payment
            : Conclude(payment);
    }

    /// <summary>Enters what became of a payment that waited for its cardholder.</summary>
    public Payment Decide(Payment decided)
    {
        session.Execute(
            "UPDATE payments SET authorised = ?3, standing = ?4, auth_code = ?5, refusal_code = ?6 " +
            "WHERE acquirer = ?1 AND psp = ?2",
            acquirer, decided.Psp, decided.Authorised, decided.Standing.ToString(), decided.AuthCode,
            decided.RefusalCode);
        return Conclude(decided);
    }

    /// <summary>Cancels before anybody was told of an approval.</summary>
    public Payment Withdraw(Payment payment)
    {
        session.Execute(
            "UPDATE payments SET cancelled = 1, standing = ?3 WHERE acquirer = ?1 AND psp = ?2",
            acquirer, payment.Psp, nameof(Standing.Withdrawn));
        return payment with { IsCancelled = true, Standing = Standing.Withdrawn };
    }

    public Modified Capture(string psp, Amount amount, string? reference, string? own = null)
    {
        if (Find(psp) is not { } payment) return No(WhyNot.NoSuchPayment);
        if (!payment.IsAuthorised || payment.IsCancelled) return No(WhyNot.NotAuthorised);
        if (amount.Currency != payment.Currency) return No(WhyNot.CurrencyDiffers);
        var totals = Totals(psp);
        var open = payment.Authorised - totals.Captured - totals.CaptureAhead;
        if (amount.Value > open) return No(WhyNot.AmountTooHigh);
        return Take(payment, New(psp, ModificationKind.Capture, reference, amount.Value, own));
    }

    public Modified Refund(string psp, Amount amount, string? reference, string? own = null)
    {
        if (Find(psp) is not { } payment) return No(WhyNot.NoSuchPayment);
        var totals = Totals(psp);
        if (totals.Captured == 0) return No(WhyNot.NotAuthorised);
        if (amount.Currency != payment.Currency) return No(WhyNot.CurrencyDiffers);
        if (amount.Value > totals.Captured - totals.Refunded) return No(WhyNot.AmountTooHigh);
        return Take(payment, New(psp, ModificationKind.Refund, reference, amount.Value, own));
    }

    /// <summary>Releases an authorisation of which nothing has been captured yet.</summary>
    public Modified Cancel(string psp, string? reference, string? own = null)
    {
        if (Find(psp) is not { } payment) return No(WhyNot.NoSuchPayment);
        if (!IsCancellable(payment)) return No(WhyNot.NotAuthorised);
        var cancel = Release(payment, New(psp, ModificationKind.Cancel, reference, payment.Authorised, own));
        ToTell.Add(Notices.Done(EventCode.Cancellation, payment, cancel));
        return new Modified.Booked(cancel);
    }

    public bool IsCancellable(Payment payment) =>
        payment is { IsAuthorised: true, IsCancelled: false } && Totals(payment.Psp).Captured == 0;

    /// <summary>Enters a cancel, which takes captures that lie ahead with it.</summary>
    public Modification Release(Payment payment, Modification cancel)
    {
        session.Execute(
            "UPDATE payments SET cancelled = 1 WHERE acquirer = ?1 AND psp = ?2", acquirer, payment.Psp);
        session.Execute(
            "DELETE FROM modifications " +
            "WHERE acquirer = ?1 AND payment_psp = ?2 AND kind = 'Capture' AND booked_at > ?3",
            acquirer, payment.Psp, now.UtcTicks);
        return Add(cancel);
    }

    /// <summary>A modification that is not entered yet, under a reference of its own.</summary>
    public Modification New(string psp, ModificationKind kind, string? reference, long amount, string? own = null) =>
        new(own ?? NewPsp(), psp, kind, reference, amount, now);

    public Modification Add(Modification one)
    {
        session.Execute(
            "INSERT INTO modifications (acquirer, psp, payment_psp, kind, reference, amount, booked_at) " +
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            acquirer, one.Psp, one.PaymentPsp, one.Kind.ToString(), one.Reference, one.Amount,
            one.BookedAt.UtcTicks);
        return one;
    }

    public Payment? Find(string psp) =>
        session.First(
            $"SELECT {PaymentColumns} FROM payments WHERE acquirer = ?1 AND psp = ?2",
            ToPayment, acquirer, psp);

    public List<Payment> Latest(int most) =>
        session.Query(
            $"SELECT {PaymentColumns} FROM payments WHERE acquirer = ?1 ORDER BY rowid DESC LIMIT ?2",
            ToPayment, acquirer, most);

    public List<Payment> WithReference(string reference, int most) =>
        session.Query(
            $"SELECT {PaymentColumns} FROM payments WHERE acquirer = ?1 AND reference = ?2 " +
            "ORDER BY rowid DESC LIMIT ?3",
            ToPayment, acquirer, reference, most);

    public List<string> ReferencesApprovedTwice(int most) =>
        session.Query(
            $"SELECT reference FROM payments WHERE acquirer = ?1 AND {IsLive} " +
            "GROUP BY reference HAVING count(*) > 1 ORDER BY reference LIMIT ?2",
            row => row.GetString(0), acquirer, most);

    public List<Modification> Modifications(string psp) =>
        session.Query(
            "SELECT psp, payment_psp, kind, reference, amount, booked_at, batch FROM modifications " +
            "WHERE acquirer = ?1 AND payment_psp = ?2 ORDER BY ordinal",
            ToModification, acquirer, psp);

    public Modification? FindModification(string psp) =>
        session.First(
            "SELECT psp, payment_psp, kind, reference, amount, booked_at, batch FROM modifications " +
            "WHERE acquirer = ?1 AND psp = ?2",
            ToModification, acquirer, psp);

    public Totals Totals(string psp)
    {
        var all = Modifications(psp);
        var captures = all.FindAll(one => one.Kind == ModificationKind.Capture);
        return new Totals(
            captures.Where(one => one.BookedAt <= now).Sum(one => one.Amount),
            captures.Where(one => one.BookedAt > now).Sum(one => one.Amount),
            all.Where(one => one.Kind == ModificationKind.Refund).Sum(one => one.Amount));
    }

    // A cancel that came before it takes it back at once.
    Payment Conclude(Payment payment)
    {
        ToTell.Add(Notices.Authorisation(payment, now));
        if (payment.IsAuthorised && Reversals.TakeBack(payment) is { } withdrawn) return withdrawn;
        CaptureUnasked(payment);
        return payment;
    }

    // An unasked capture has no reference of its own, so the settlement report shows the payment's.
    void CaptureUnasked(Payment payment)
    {
        if (!payment.IsAuthorised || payment.CaptureDelayHours is not { } hours) return;
        Add(new Modification(
            payment.Psp, payment.Psp, ModificationKind.Capture, payment.Reference, payment.Authorised,
            now.AddHours(hours)));
    }

    // What will fail is received like any other, and never entered.
    Modified.Booked Take(Payment payment, Modification asked)
    {
        var isCapture = asked.Kind == ModificationKind.Capture;
        var done = isCapture ? EventCode.Capture : EventCode.Refund;
        var twist = Script.TwistOf(asked.Amount);
        if (twist == (isCapture ? Twist.CaptureRefused : Twist.RefundRefused))
        {
            ToTell.Add(Notices.Undone(done, payment, asked, "Refused by the scheme"));
            return new Modified.Booked(asked);
        }
        ToTell.Add(Notices.Done(done, payment, asked));
        if (twist != (isCapture ? Twist.CaptureFails : Twist.RefundFails)) return new Modified.Booked(Add(asked));
        var failed = isCapture ? EventCode.CaptureFailed : EventCode.RefundFailed;
        ToTell.Add(Notices.Undone(failed, payment, asked, "Rejected by the scheme"));
        return new Modified.Booked(asked);
    }

    static Modified.Refused No(WhyNot why) => new(why);

    static Payment ToPayment(Row row) => new()
    {
        Psp = row.GetString(0),
        Reference = row.GetString(1),
        Currency = row.GetString(2),
        Requested = row.GetInt64(3),
        Authorised = row.GetInt64(4),
        Standing = Enum.Parse<Standing>(row.GetString(5)),
        RefusalCode = row.IsNull(6) ? null : row.GetInt32(6),
        AuthCode = row.IsNull(7) ? null : row.GetString(7),
        Card = new CardSummary(row.GetString(8), row.GetString(9), row.GetString(10)),
        ReturnUrl = row.IsNull(11) ? null : row.GetString(11),
        CaptureDelayHours = row.IsNull(12) ? null : row.GetInt32(12),
        IsCancelled = row.GetBoolean(13),
        CreatedAt = new DateTimeOffset(row.GetInt64(14), TimeSpan.Zero),
    };

    static Modification ToModification(Row row) =>
        new(
            row.GetString(0), row.GetString(1), Enum.Parse<ModificationKind>(row.GetString(2)),
            row.IsNull(3) ? null : row.GetString(3), row.GetInt64(4),
            new DateTimeOffset(row.GetInt64(5), TimeSpan.Zero))
        {
            Batch = row.IsNull(6) ? null : row.GetInt32(6),
        };
}
