namespace Railyard.Local.Acquirers.Bookkeeping;

/// <summary>Where a payment stands at the acquirer.</summary>
enum Standing
{
    Authorised,
    AuthorisedInPart,
    Refused,
    Failed,
    AwaitingCardholder,

    /// <summary>Cancelled before anybody was told that it is approved.</summary>
    Withdrawn,
}

/// <summary>A payment as the acquirer knows it, with no more of the card than may be kept.</summary>
sealed record Payment
{
    public required string Psp { get; init; }
    public required string Reference { get; init; }
    public required string Currency { get; init; }
    public required long Requested { get; init; }
    public required long Authorised { get; init; }
    public required Standing Standing { get; init; }
    public required CardSummary Card { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public string? AuthCode { get; init; }
    public int? RefusalCode { get; init; }
    public string? ReturnUrl { get; init; }

    /// <summary>Hours until the amount is captured without being asked; null waits for a capture.</summary>
    public int? CaptureDelayHours { get; init; }
    public bool IsCancelled { get; init; }

    public bool IsAuthorised => Standing is Standing.Authorised or Standing.AuthorisedInPart;
}

/// <summary>What the cardholder did on the page of their bank.</summary>
enum Proof
{
    Given,
    Failed,
}

/// <summary>
/// A payment that waits, or has waited, for its cardholder. <paramref name="Token"/> is what the page sends back
/// with them; <paramref name="RefusalCode"/> is the issuer's answer once they have proven who they are.
/// </summary>
sealed record Authentication(
    string Psp, int? RefusalCode, Fault AtDetails, Proof? Proof = null, string? Token = null);

sealed record CardSummary(string Bin, string Last4, string Brand);

enum ModificationKind
{
    Capture,
    Refund,
    Cancel,
}

/// <summary>A capture, refund or cancellation. A delayed capture is booked at a time ahead.</summary>
sealed record Modification(
    string Psp, string PaymentPsp, ModificationKind Kind, string? Reference, long Amount,
    DateTimeOffset BookedAt)
{
    public int? Batch { get; init; }
}

/// <summary>What has been done to a payment so far.</summary>
sealed record Totals(long Captured, long CaptureAhead, long Refunded);

/// <summary>A payment with everything that was done to it.</summary>
sealed record BookedPayment(Payment Payment, Totals Totals, IReadOnlyList<Modification> Modifications)
{
    long EverCaptured => Totals.Captured + Totals.CaptureAhead;

    /// <summary>What was approved and then released again without a capture.</summary>
    public long Reversed => Payment.IsCancelled ? Payment.Authorised : 0;

    /// <summary>The cardholder is still charged, or may still be.</summary>
    public bool IsLive =>
        Payment.IsAuthorised && !Payment.IsCancelled && (EverCaptured == 0 || EverCaptured != Totals.Refunded);
}

/// <summary>Why a modification is refused.</summary>
enum WhyNot
{
    NoSuchPayment,
    NotAuthorised,
    CurrencyDiffers,
    AmountTooHigh,
}

/// <summary>The outcome of asking for a modification.</summary>
abstract record Modified
{
    public sealed record Booked(Modification Modification) : Modified;
    public sealed record Refused(WhyNot Why) : Modified;

    Modified() { }
}

/// <summary>Identifies a call and its repeats: an Idempotency-Key within a merchant account and path.</summary>
sealed record RepeatKey(string Account, string Path, string Key);

/// <summary>What was answered to a call, kept so that a repeat gets the same.</summary>
sealed record Answer(int Status, string Body)
{
    /// <summary>Whether something was entered; a refused card may have been, under an answer that is no success.</summary>
    public bool IsBooked { get; init; } = Status is >= 200 and < 300;
}

/// <summary>What of a call is kept for its repeats.</summary>
/// <param name="Instead">Kept in place of the true answer.</param>
sealed record Keeping(RepeatKey? Key, string? Fingerprint = null, Answer? Instead = null);

/// <summary>What the book knows of an earlier call with the same key.</summary>
abstract record Earlier
{
    public sealed record None : Earlier;

    /// <summary>It was struck by a fault and nothing was booked.</summary>
    public sealed record Lost : Earlier;

    public sealed record Answered(Answer Answer, string? Fingerprint = null) : Earlier;

    Earlier() { }
}
