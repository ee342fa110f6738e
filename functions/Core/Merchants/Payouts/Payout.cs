using System.Globalization;
using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.Core.Merchants.Payouts;

/// <summary>A payout to a merchant, <c>pyt_…</c>, derived from the merchant, the currency and the day: there is one at most.</summary>
public readonly record struct PayoutId(string Value)
{
    /// <summary>What a payout id starts with.</summary>
    public const string Prefix = "pyt_";

    /// <summary>How often a payout is sent at most: two digits are left of the 35 characters that a bank takes.</summary>
    public const int MostAttempts = 99;

    const int Digits = 32;

    /// <summary>That of a merchant's day.</summary>
    public static PayoutId Of(MerchantId merchant, Currency currency, DateOnly day) =>
        new(DerivedId.Of(Prefix, merchant.Value, currency.Code, $"{day:yyyy-MM-dd}"));

    /// <summary>What the bank carries from us to the statement and back: the id in characters it takes, and which try it is.</summary>
    public string EndToEnd(int attempt) => attempt is >= 1 and <= MostAttempts
        ? string.Create(CultureInfo.InvariantCulture, $"{Value[Prefix.Length..]}-{attempt}")
        : throw new InvariantBroken($"{Value} cannot be sent for the {attempt}th time.");

    /// <summary>The payout and the try that an end-to-end id of ours names; null where it is none of ours.</summary>
    public static (PayoutId Payout, int Attempt)? Read(string endToEnd)
    {
        if (endToEnd.Length < Digits + 2 || endToEnd[Digits] != '-') return null;
        var digits = endToEnd[..Digits];
        if (!digits.All(char.IsAsciiHexDigitLower) || endToEnd[Digits + 1] == '0') return null;
        if (!int.TryParse(endToEnd.AsSpan(Digits + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)) return null;
        return attempt is >= 1 and <= MostAttempts ? (new PayoutId(Prefix + digits), attempt) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A day's payouts to all merchants, <c>prn_…</c>, derived from the day.</summary>
public readonly record struct PayoutRunId(string Value)
{
    /// <summary>What a run's id starts with.</summary>
    public const string Prefix = "prn_";

    /// <summary>That of a day.</summary>
    public static PayoutRunId Of(DateOnly day) => new(DerivedId.Of(Prefix, $"{day:yyyy-MM-dd}"));

    /// <summary>The message in which its payouts of a currency go to the bank: one for good, and 34 characters.</summary>
    public string Message(Currency currency) => DerivedId.Of("RY", Value, currency.Code);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Where a payout stands.</summary>
public enum PayoutStatus { AwaitingApproval, Carried, Released, Paid, Reopened }

/// <summary>What may happen to a payout.</summary>
public enum PayoutStep { Release, Settle, Reopen }

/// <summary>One time a payout was sent to the bank, and what the bank said.</summary>
/// <param name="Message">The file's message id.</param>
/// <param name="Account">Where to.</param>
/// <param name="PaidAt">When our bank's statement showed it; null as long as it did not.</param>
/// <param name="FailedAt">When the bank had refused it or sent it back; null as long as it did not.</param>
/// <param name="Fault">Why, in the bank's own words.</param>
public sealed record PayoutAttempt(
    int Number,
    string EndToEndId,
    string Message,
    MerchantAccount Account,
    DateTimeOffset SentAt,
    DateTimeOffset? PaidAt = null,
    DateTimeOffset? FailedAt = null,
    string? Fault = null);

/// <summary>A payout to a merchant, with the statement that says what it is made of.</summary>
public sealed record Payout
{
    /// <summary>The whole life of a payout. What is not listed is refused.</summary>
    public static readonly IReadOnlyList<(PayoutStatus From, PayoutStep Step, PayoutStatus To)> Transitions =
    [
        (PayoutStatus.AwaitingApproval, PayoutStep.Release, PayoutStatus.Released),
        (PayoutStatus.Reopened, PayoutStep.Release, PayoutStatus.Released),
        (PayoutStatus.Released, PayoutStep.Settle, PayoutStatus.Paid),
        (PayoutStatus.Released, PayoutStep.Reopen, PayoutStatus.Reopened),
        // A bank may send back what it has paid: the account was closed.
        (PayoutStatus.Paid, PayoutStep.Reopen, PayoutStatus.Reopened),
    ];

    /// <summary>Its id.</summary>
    public required PayoutId Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required MerchantId Merchant { get; init; }

    /// <summary>The day it is of.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>What it comes to.</summary>
    public required PayoutStatement Statement { get; init; }

    /// <summary>Where it stands.</summary>
    public required PayoutStatus Status { get; init; }

    /// <summary>Every time it was sent.</summary>
    public IReadOnlyList<PayoutAttempt> Attempts { get; init; } = [];

    /// <summary>When it was worked out.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How much is paid.</summary>
    public Money Amount => Statement.Payout;

    /// <summary>Where it stands after a step, or null where the step has no place.</summary>
    public static PayoutStatus? After(PayoutStatus status, PayoutStep step) =>
        Transitions.Where(edge => edge.From == status && edge.Step == step).Select(edge => (PayoutStatus?)edge.To).FirstOrDefault();

    /// <summary>The payout of a statement: it waits for an approval where there is something to pay.</summary>
    public static Payout Of(MerchantId merchant, DateOnly day, PayoutStatement statement, DateTimeOffset now) => new()
    {
        Id = PayoutId.Of(merchant, statement.Payout.Currency, day),
        Merchant = merchant,
        Day = day,
        Statement = statement,
        Status = statement.Payout.IsZero ? PayoutStatus.Carried : PayoutStatus.AwaitingApproval,
        CreatedAt = now,
        UpdatedAt = now,
    };

    /// <summary>
    /// The payout as sent in that message; the very same one where it has been already. What cannot be sent is unchanged too:
    /// see <see cref="IsIn"/>.
    /// </summary>
    public Payout Release(string message, MerchantAccount account, DateTimeOffset now)
    {
        if (After(Status, PayoutStep.Release) is not { } next || IsIn(message) || Attempts.Count == PayoutId.MostAttempts) return this;
        var number = Attempts.Count + 1;
        var attempt = new PayoutAttempt(number, Id.EndToEnd(number), message, account, now);
        return this with { Status = next, Attempts = [.. Attempts, attempt], UpdatedAt = now };
    }

    /// <summary>Whether it was sent in that message.</summary>
    public bool IsIn(string message) => Attempts.Any(attempt => attempt.Message == message);

    /// <summary>
    /// The payout once our bank's statement shows that try; the same one where it has shown it before. Null where the payout
    /// does not wait for that try: money has left that should not, and a person must look.
    /// </summary>
    public Payout? Settle(int attempt, DateTimeOffset now)
    {
        if (Attempts is not [.., var last] || last.Number != attempt) return null;
        if (Status == PayoutStatus.Paid) return this;
        return After(Status, PayoutStep.Settle) is { } next ? Ended(last with { PaidAt = now }, next, now) : null;
    }

    /// <summary>
    /// The payout once the bank has refused that try or sent it back; the same one where that was known, and where an older
    /// try is meant, which has been replaced. Null where it was never tried.
    /// </summary>
    public Payout? Reopen(int attempt, string fault, DateTimeOffset now)
    {
        if (attempt > Attempts.Count || attempt < 1) return null;
        if (attempt < Attempts.Count || After(Status, PayoutStep.Reopen) is not { } next) return this;
        return Ended(Attempts[^1] with { FailedAt = now, Fault = fault }, next, now);
    }

    Payout Ended(PayoutAttempt last, PayoutStatus next, DateTimeOffset now) =>
        this with { Status = next, Attempts = [.. Attempts.SkipLast(1), last], UpdatedAt = now };
}
