using System.Text.Json;

namespace Railyard.Local.Acquirers.Notifications;

/// <summary>What a notification is about; Adyen writes it in capitals with underscores.</summary>
enum EventCode
{
    Authorisation,
    Capture,
    CaptureFailed,
    Refund,
    RefundFailed,
    RefundedReversed,
    Cancellation,
    CancelOrRefund,
    TechnicalCancel,
    RequestForInformation,
    NotificationOfFraud,
    NotificationOfChargeback,
    Chargeback,
    ChargebackReversed,
    SecondChargeback,
    PrearbitrationWon,
    PrearbitrationLost,
}

static class EventCodes
{
    public static string Word(this EventCode code) =>
        JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString());

    /// <summary>Null for a word that is none of them.</summary>
    public static EventCode? Parse(string? word) =>
        Enum.GetValues<EventCode>().Where(code => code.Word() == word).Cast<EventCode?>().FirstOrDefault();

    /// <summary>Every event of one dispute carries the dispute's own reference.</summary>
    public static bool IsDispute(this EventCode code) => code >= EventCode.RequestForInformation;
}

/// <summary>One item of a notification, before it is signed.</summary>
/// <param name="OriginalPsp">The payment, where <paramref name="Psp"/> is what was done to it.</param>
sealed record Notice(
    EventCode Code, bool IsSuccess, string Psp, string? OriginalPsp, string Reference, Amount Amount,
    DateTimeOffset At)
{
    public string? Reason { get; init; }
    public string? PaymentMethod { get; init; }
    public IReadOnlyList<string>? Operations { get; init; }
    public Dictionary<string, string> AdditionalData { get; init; } = [];

    /// <summary>The payment that it is about.</summary>
    public string PaymentPsp => OriginalPsp ?? Psp;
}

/// <summary>A notice and how it is told.</summary>
sealed record Outgoing(Notice Notice)
{
    /// <summary>No answer to a call ever tells it.</summary>
    public bool IsNews { get; init; }

    /// <summary>The script wants it sent although the caller knows.</summary>
    public bool IsScripted { get; init; }

    public TimeSpan After { get; init; }
    public int Times { get; init; } = 1;

    /// <summary>Its first try is signed wrongly.</summary>
    public bool IsSpoilt { get; init; }
}
