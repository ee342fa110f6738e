using System.Diagnostics;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace Railyard.App.Payments;

/// <summary>
/// A message of the topic that came together with others. It is settled by itself, so that one that cannot be processed
/// holds up no other.
/// </summary>
sealed class ReceivedEvent
{
    readonly ServiceBusReceivedMessage message;
    readonly string? unreadable;
    readonly Activity? span;

    ReceivedEvent(ServiceBusReceivedMessage message, PaymentEventMessage? published, string? unreadable, Activity? span)
    {
        this.message = message;
        this.unreadable = unreadable;
        this.span = span;
        Published = published;
    }

    /// <summary>The event; null where it cannot be read, or was sent again for another subscription.</summary>
    public PaymentEventMessage? Published { get; }

    /// <summary>Its id in the topic.</summary>
    public string MessageId => message.MessageId;

    /// <summary>Reads a message, and begins a span of that name, which ends when the message is settled.</summary>
    public static ReceivedEvent Read(ServiceBusReceivedMessage message, string subscription, string what)
    {
        var batch = Activity.Current;
        var begun = Telemetry.StartFor(message, what);
        // Many are open at a time, and none is a part of another.
        Activity.Current = batch;
        if (ReplayedMessage.IsForAnother(message, subscription)) return new(message, null, null, begun);
        try
        {
            var published = PaymentEventMessage.Read(message);
            begun?.SetTag("railyard.payment", published.Payment.Value);
            return new(message, published, null, begun);
        }
        catch (JsonException fault)
        {
            return new(message, null, fault.Message, begun);
        }
    }

    /// <summary>Goes on in the trace that sent it, until the caller returns.</summary>
    public void Trace()
    {
        if (span is not null) Activity.Current = span;
    }

    /// <summary>What was processed is gone, what was not comes again; what is no event is put aside with the reason.</summary>
    public async Task SettleAsync(bool isDone, ServiceBusMessageActions actions, CancellationToken cancellation)
    {
        using var ending = span;
        if (!isDone || unreadable is not null) span?.SetStatus(ActivityStatusCode.Error);
        if (unreadable is not null)
            await actions.DeadLetterMessageAsync(message, null, "unreadable", $"No payment event: {unreadable}", cancellation);
        else if (isDone)
            await actions.CompleteMessageAsync(message, cancellation);
        else
            await actions.AbandonMessageAsync(message, null, cancellation);
    }
}
