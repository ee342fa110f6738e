using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Railyard.Core.Acquiring;

namespace Railyard.App.Acquiring;

/// <summary>Where what acquirers tell us is kept until it has been acted on, whatever protocol it came by.</summary>
public sealed class NoticeQueue(ServiceBusClient bus, TimeProvider time)
{
    /// <summary>The queue.</summary>
    public const string Name = "acquirer-notifications";

    static readonly TimeSpan PutOffFor = TimeSpan.FromSeconds(10);

    readonly ServiceBusSender sender = bus.CreateSender(Name);

    /// <summary>Keeps them; a notice that was kept before is dropped.</summary>
    internal Task KeepAsync(IEnumerable<AcquirerNotice> notices, CancellationToken cancellation) =>
        sender.SendMessagesAsync(notices.Select(Message), cancellation);

    /// <summary>Keeps it for a moment, in which its payment may become ready for it.</summary>
    internal Task PutOffAsync(AcquirerNotice notice, CancellationToken cancellation) => sender.ScheduleMessageAsync(
        Message(notice with { TimesPutOff = notice.TimesPutOff + 1 }), time.GetUtcNow() + PutOffFor, cancellation);

    static ServiceBusMessage Message(AcquirerNotice notice) =>
        new(JsonSerializer.SerializeToUtf8Bytes(notice, Json.Storage))
        {
            MessageId = $"{notice.Acquirer}:{notice.Id}:{notice.TimesPutOff}",
            Subject = notice.RawType,
            ContentType = "application/json",
        };
}
