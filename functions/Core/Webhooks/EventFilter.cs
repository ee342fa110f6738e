namespace Railyard.Core.Webhooks;

/// <summary>The kinds of events that an endpoint can be told of.</summary>
public static class EventTypes
{
    /// <summary>Sent on request, to try an endpoint out; no filter keeps it away.</summary>
    public const string Test = "webhook_endpoint.test";

    /// <summary>An endpoint was disabled because it does not take its events.</summary>
    public const string EndpointDisabled = "webhook_endpoint.disabled";

    /// <summary>All that a filter can name.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "payment.created",
        "payment.attempt_started",
        "payment.attempt_declined",
        "payment.attempt_unknown",
        "payment.authorized",
        "payment.requires_action",
        "payment.action_completed",
        "payment.declined",
        "payment.unresolved",
        "payment.expired",
        "payment.capture_requested",
        "payment.captured",
        "payment.capture_failed",
        "payment.refund_requested",
        "payment.refunded",
        "payment.refund_failed",
        "payment.void_requested",
        "payment.voided",
        "payment.void_failed",
        "payment.operation_unresolved",
        "payment.reversal_requested",
        "payment.attempt_reversed",
        "payment.reversal_unresolved",
        "payment.reviewed",
        "payment.dispute_opened",
        "payment.dispute_won",
        "payment.dispute_reopened",
        "payment.dispute_lost",
        EndpointDisabled,
    ];
}

/// <summary>Which events an endpoint wants: one kind (<c>payment.captured</c>), all of a noun (<c>payment.*</c>) or all (<c>*</c>).</summary>
public readonly record struct EventFilter(string Value)
{
    const string Everything = "*";
    const string AllOfNoun = ".*";

    /// <summary>The filter of that text, where there are events that fit it.</summary>
    public static EventFilter? Read(string text)
    {
        var filter = new EventFilter(text);
        return EventTypes.All.Any(filter.Fits) ? filter : null;
    }

    /// <summary>Whether an event of that kind is wanted.</summary>
    public bool Fits(string type) =>
        Value == Everything
        || Value == type
        || Value == $"{Noun(type)}{AllOfNoun}";

    /// <inheritdoc/>
    public override string ToString() => Value;

    static string Noun(string type) => type[..type.IndexOf('.')];
}
