namespace Railyard.Local.Acquirers;

/// <summary>What happens to one call: what is decided, and what goes wrong around the decision.</summary>
/// <param name="What">One line for people.</param>
/// <param name="Card">Played for this card number, or</param>
/// <param name="Amount">for this amount in minor units.</param>
/// <param name="OnlyAt">The one acquirer that plays it; the others approve.</param>
sealed record Scene(
    string What, Decision Decision, string? Card = null, long? Amount = null, string? OnlyAt = null)
{
    public Fault Fault { get; init; }
    public Twist Twist { get; init; }

    public bool IsPlayedAt(string acquirer) => OnlyAt is null || OnlyAt == acquirer;
}

/// <summary>What the issuer says.</summary>
abstract record Decision
{
    public sealed record Approved : Decision;

    /// <summary>The issuer approves half of what was asked for, rounded down.</summary>
    public sealed record ApprovedInPart : Decision;

    /// <summary>Refused; <paramref name="Advice"/> is the scheme's merchant advice code.</summary>
    public sealed record Declined(Decline Why, Advice? Advice = null) : Decision;

    /// <summary>
    /// Nothing is decided until the cardholder has been authenticated. Then it is approved, or refused where
    /// <paramref name="ThenRefused"/> says why; <paramref name="AtDetails"/> goes wrong around telling it.
    /// </summary>
    public sealed record AuthenticationWanted(Decline? ThenRefused = null, Fault AtDetails = Fault.None)
        : Decision;

    Decision() { }
}

/// <summary>
/// Why an issuer refuses. Code, reason and word are Adyen's; the ISO 8583 response code beside them lets
/// another wire format find its own name for the same refusal.
/// </summary>
sealed record Decline(int Code, string Reason, string Word, string NetworkCode, string NetworkText)
{
    /// <summary>The acquirer's own failure, which Adyen reports as Error rather than Refused.</summary>
    public bool IsError { get; init; }
}

/// <summary>A merchant advice code and what it tells the merchant to do.</summary>
sealed record Advice(int Code, string Text);

/// <summary>
/// What goes wrong around a call. Each strikes once for an Idempotency-Key and its repeat goes through, except
/// <see cref="SilentForGood"/>; without a key it strikes every time.
/// </summary>
enum Fault
{
    None = 0,
    Slow = 1,
    SilentAfterBooking = 2,
    SilentForGood = 3,
    ErrorAfterBooking = 4,
    HangUpAfterBooking = 5,
    HangUpBeforeBooking = 6,
    ErrorBeforeBooking = 7,
    MaintenancePage = 8,
}

/// <summary>What is odd about the notifications of a payment, capture or refund.</summary>
enum Twist
{
    None = 0,
    CaptureRefused = 1,
    RefundRefused = 2,
    CaptureFails = 3,
    RefundFails = 4,
    Repeated = 5,
    OutOfOrder = 6,
    BadSignature = 7,
}

static class Faults
{
    /// <summary>The call never reaches the book.</summary>
    public static bool StrikesBeforeBooking(this Fault fault) =>
        fault is Fault.HangUpBeforeBooking or Fault.ErrorBeforeBooking or Fault.MaintenancePage;
}
