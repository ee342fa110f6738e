using Railyard.Core.Payments;

namespace Railyard.Core.Webhooks;

/// <summary>How far a delivery has come.</summary>
public enum DeliveryStatus
{
    /// <summary>It will be tried, or tried again.</summary>
    Pending,

    /// <summary>The endpoint has taken it.</summary>
    Succeeded,

    /// <summary>The endpoint has not taken it, however often it was tried.</summary>
    Failed,

    /// <summary>Its endpoint was disabled or removed before it could be delivered.</summary>
    Dropped,
}

/// <summary>
/// One try. Its number tells it from the other tries of the delivery; where a resend overtook one that was waiting, a
/// number is left out.
/// </summary>
public sealed record DeliveryTry(
    int Number, DateTimeOffset At, int DurationMilliseconds, int? StatusCode, TryError? Error, string? Response);

/// <summary>Tries by one schedule, begun by the event itself or by a wish to have it again.</summary>
public sealed record DeliveryRound(string Cause, int FirstTry);

/// <summary>What to do about a message that says that a try is due.</summary>
public enum Turn
{
    /// <summary>Try.</summary>
    Try,

    /// <summary>It was tried already: make sure that the next try has its message.</summary>
    AnnounceNext,

    /// <summary>The delivery is over.</summary>
    Nothing,
}

/// <summary>An event on its way to an endpoint, its tries included. The message itself never changes.</summary>
public sealed record Delivery
{
    /// <summary>How many tries a delivery can have, resends included.</summary>
    public const int MostTries = 100;

    /// <summary>Its id; the receiver sees it as webhook-id, the same at every try.</summary>
    public required DeliveryId Id { get; init; }

    /// <summary>Where it goes.</summary>
    public required EndpointId Endpoint { get; init; }

    /// <summary>Whose endpoint that is.</summary>
    public required MerchantId Merchant { get; init; }

    /// <summary>What kind of event it tells of.</summary>
    public required string Type { get; init; }

    /// <summary>The payment that it tells of, where it tells of one.</summary>
    public PaymentId? Payment { get; init; }

    /// <summary>The event's place in the payment's log.</summary>
    public int? Sequence { get; init; }

    /// <summary>What is posted, word for word.</summary>
    public required string Body { get; init; }

    /// <summary>How far it has come.</summary>
    public DeliveryStatus Status { get; init; } = DeliveryStatus.Pending;

    /// <summary>The schedule it is on.</summary>
    public required DeliveryRound Round { get; init; }

    /// <summary>The number of the try that comes next, if one does.</summary>
    public int NextTry { get; init; } = 1;

    /// <summary>When that is due.</summary>
    public required DateTimeOffset NextTryAt { get; init; }

    /// <summary>The tries so far. Only the last one still has its response.</summary>
    public IReadOnlyList<DeliveryTry> Tries { get; init; } = [];

    /// <summary>Whether a try is under way, or about to be.</summary>
    public bool IsDue(DateTimeOffset now) => Status == DeliveryStatus.Pending && NextTryAt <= now;

    /// <summary>What to do about a message for that try.</summary>
    public Turn TurnOf(int number)
    {
        if (Status != DeliveryStatus.Pending) return Turn.Nothing;
        return number < NextTry ? Turn.AnnounceNext : Turn.Try;
    }

    /// <summary>After a try and what was made of it. A try that is known already changes nothing.</summary>
    public Delivery After(DeliveryTry done, Verdict verdict)
    {
        if (Tries.Any(one => one.Number == done.Number) || done.Number < NextTry) return this;
        var tried = this with
        {
            Tries = [.. Tries.Select(one => one with { Response = null }), done],
            NextTry = done.Number + 1,
        };
        return verdict switch
        {
            Verdict.Delivered => tried with { Status = DeliveryStatus.Succeeded },
            Verdict.Again again => tried with { NextTryAt = again.At },
            Verdict.GiveUp => tried with { Status = DeliveryStatus.Failed },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Given up because there is nobody to deliver it to.</summary>
    public Delivery Dropped() => Status == DeliveryStatus.Pending ? this with { Status = DeliveryStatus.Dropped } : this;

    /// <summary>
    /// Begun anew for that cause, at once and on a whole schedule; once for each cause. A try that was waiting is
    /// overtaken: its number is passed over, so that its message, when it comes, finds nothing to do. Null where it has
    /// been tried too often.
    /// </summary>
    public Delivery? Again(string cause, DateTimeOffset now)
    {
        if (Round.Cause == cause) return this;
        if (NextTry + DeliverySchedule.MostTries > MostTries) return null;
        var first = Status == DeliveryStatus.Pending ? NextTry + 1 : NextTry;
        return this with
        {
            Status = DeliveryStatus.Pending,
            Round = new DeliveryRound(cause, first),
            NextTry = first,
            NextTryAt = now,
        };
    }
}
