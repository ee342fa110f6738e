using Azure.Messaging.ServiceBus;
using Railyard.Local.ServiceBus;
using static Railyard.Local.Tests.ServiceBus.Bus;

namespace Railyard.Local.Tests.ServiceBus;

public sealed class QueueTests
{
    static readonly QueueDefinition Orders = new("orders");

    [Fact]
    public async Task A_message_arrives_as_it_was_sent()
    {
        await using var bus = With(Orders);
        var sent = new ServiceBusMessage("{}")
        {
            MessageId = "m1", Subject = "s", CorrelationId = "c", ContentType = "application/json", To = "t",
            ReplyTo = "r", ReplyToSessionId = "rs", SessionId = "ss", PartitionKey = "ss",
        };
        sent.ApplicationProperties["number"] = 7L;
        sent.ApplicationProperties["text"] = "x";
        sent.ApplicationProperties["time"] = bus.Time.GetUtcNow();

        await bus.Sender().SendMessageAsync(sent, Stop);
        var received = await bus.Receiver().ReceiveMessageAsync(AtOnce, Stop);

        Assert.Equal("{}", received.Body.ToString());
        Assert.Equal(
            ("m1", "s", "c", "application/json", "t", "r", "rs", "ss", "ss"),
            (received.MessageId, received.Subject, received.CorrelationId, received.ContentType, received.To,
                received.ReplyTo, received.ReplyToSessionId, received.SessionId, received.PartitionKey));
        Assert.Equal(sent.ApplicationProperties, received.ApplicationProperties);
        Assert.Equal((1, 1L, 1L), (received.DeliveryCount, received.SequenceNumber, received.EnqueuedSequenceNumber));
        Assert.Equal(bus.Time.GetUtcNow(), received.EnqueuedTime);
        Assert.Equal(bus.Time.GetUtcNow() + Orders.LockDuration, received.LockedUntil);
    }

    [Fact]
    public async Task Messages_are_received_in_the_order_they_were_sent()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1", "2", "3");
        await bus.SendAsync("4");

        var messages = await bus.Receiver().ReceiveMessagesAsync(10, AtOnce, Stop);

        Assert.Equal(["1", "2", "3", "4"], messages.Select(message => message.Body.ToString()));
    }

    [Fact]
    public async Task A_completed_message_is_gone()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1");
        var receiver = bus.Receiver();

        await receiver.CompleteMessageAsync(await receiver.ReceiveMessageAsync(AtOnce, Stop), Stop);

        Assert.Equal(0, bus.Counts().Active);
        Assert.Null(await receiver.PeekMessageAsync(0, Stop));
    }

    [Fact]
    public async Task A_held_message_is_not_received_by_another()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1");

        var first = await bus.Receiver().ReceiveMessageAsync(AtOnce, Stop);
        var second = await bus.Receiver().ReceiveMessageAsync(AtOnce, Stop);

        Assert.NotNull(first);
        Assert.Null(second);
    }

    [Fact]
    public async Task A_receiver_is_woken_by_the_next_message()
    {
        await using var bus = With(Orders);
        var waiting = bus.Receiver().ReceiveMessageAsync(TimeSpan.FromMinutes(1), Stop);
        Assert.False(waiting.IsCompleted);

        await bus.SendAsync("1");

        Assert.Equal("1", (await waiting).Body.ToString());
    }

    [Fact]
    public async Task A_receiver_stops_waiting_when_its_time_is_over()
    {
        await using var bus = With(Orders);
        var waiting = bus.Receiver().ReceiveMessageAsync(TimeSpan.FromSeconds(10), Stop);

        bus.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Null(await waiting);
    }

    [Fact]
    public async Task A_cancelled_receive_takes_no_message()
    {
        await using var bus = With(Orders);
        using var cancelling = new CancellationTokenSource();
        var waiting = bus.Receiver().ReceiveMessageAsync(TimeSpan.FromMinutes(1), cancelling.Token);

        await cancelling.CancelAsync();
        await bus.SendAsync("1");

        await Assert.ThrowsAsync<TaskCanceledException>(() => waiting);
        Assert.NotNull(await bus.Receiver().ReceiveMessageAsync(AtOnce, Stop));
    }

    [Fact]
    public async Task An_abandoned_message_comes_back_at_once_in_its_place_and_is_counted()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1", "2");
        var receiver = bus.Receiver();
        var first = await receiver.ReceiveMessageAsync(AtOnce, Stop);

        await receiver.AbandonMessageAsync(first, new Dictionary<string, object> { ["why"] = "busy" }, Stop);

        var again = await receiver.ReceiveMessageAsync(AtOnce, Stop);
        Assert.Equal("1", again.Body.ToString());
        Assert.Equal(2, again.DeliveryCount);
        Assert.Equal("busy", again.ApplicationProperties["why"]);
    }

    [Fact]
    public async Task An_expired_lock_cannot_settle_and_its_message_is_delivered_again()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1");
        var receiver = bus.Receiver();
        var first = await receiver.ReceiveMessageAsync(AtOnce, Stop);
        var waiting = bus.Receiver().ReceiveMessageAsync(TimeSpan.FromHours(1), Stop);

        bus.Time.Advance(Orders.LockDuration);

        Assert.Equal(2, (await waiting).DeliveryCount);
        await AssertFails(ServiceBusFailureReason.MessageLockLost, () => receiver.CompleteMessageAsync(first, Stop));
    }

    [Fact]
    public async Task A_renewed_lock_lasts_longer()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1");
        var receiver = bus.Receiver();
        var message = await receiver.ReceiveMessageAsync(AtOnce, Stop);

        bus.Time.Advance(TimeSpan.FromSeconds(40));
        await receiver.RenewMessageLockAsync(message, Stop);
        bus.Time.Advance(TimeSpan.FromSeconds(40));

        Assert.Equal(bus.Time.GetUtcNow() + TimeSpan.FromSeconds(20), message.LockedUntil);
        await receiver.CompleteMessageAsync(message, Stop);
    }

    [Fact]
    public async Task A_message_is_settled_once()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1");
        var receiver = bus.Receiver();
        var message = await receiver.ReceiveMessageAsync(AtOnce, Stop);

        await receiver.CompleteMessageAsync(message, Stop);

        await AssertFails(ServiceBusFailureReason.MessageLockLost, () => receiver.CompleteMessageAsync(message, Stop));
    }

    [Fact]
    public async Task Receive_and_delete_leaves_nothing_to_settle()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1");
        var receiver = bus.Client.CreateReceiver(
            "orders", new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete });

        var message = await receiver.ReceiveMessageAsync(AtOnce, Stop);

        Assert.Equal(1, message.DeliveryCount);
        Assert.Equal(0, bus.Counts().Active);
        await Assert.ThrowsAsync<InvalidOperationException>(() => receiver.CompleteMessageAsync(message, Stop));
    }

    [Fact]
    public async Task A_deferred_message_is_received_by_its_number_only()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1");
        var receiver = bus.Receiver();
        var message = await receiver.ReceiveMessageAsync(AtOnce, Stop);

        await receiver.DeferMessageAsync(message, null, Stop);

        Assert.Null(await receiver.ReceiveMessageAsync(AtOnce, Stop));
        Assert.Equal(ServiceBusMessageState.Deferred, (await receiver.PeekMessageAsync(0, Stop)).State);
        var deferred = await receiver.ReceiveDeferredMessageAsync(message.SequenceNumber, Stop);
        Assert.Equal(2, deferred.DeliveryCount);
        await receiver.CompleteMessageAsync(deferred, Stop);
        await AssertFails(
            ServiceBusFailureReason.MessageNotFound,
            () => receiver.ReceiveDeferredMessageAsync(message.SequenceNumber, Stop));
    }

    [Fact]
    public async Task Peeking_goes_on_where_it_stopped_and_holds_nothing()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1", "2", "3");
        var receiver = bus.Receiver();

        var first = await receiver.PeekMessagesAsync(2, null, Stop);
        var rest = await receiver.PeekMessagesAsync(2, null, Stop);

        Assert.Equal(["1", "2"], first.Select(message => message.Body.ToString()));
        Assert.Equal("3", Assert.Single(rest).Body.ToString());
        Assert.Equal(0, rest[0].DeliveryCount);
        Assert.Equal(3, (await receiver.ReceiveMessagesAsync(5, AtOnce, Stop)).Count);
    }

    [Fact]
    public async Task A_message_above_the_size_limit_is_refused()
    {
        await using var bus = With(Orders);
        var message = new ServiceBusMessage(new byte[256 * 1024]);

        await AssertFails(
            ServiceBusFailureReason.MessageSizeExceeded, () => bus.Sender().SendMessageAsync(message, Stop));

        Assert.Equal(0, bus.Counts().Active);
    }

    [Fact]
    public async Task A_batch_takes_what_fits_into_one_send()
    {
        await using var bus = With(Orders);
        using var batch = await bus.Sender().CreateMessageBatchAsync(Stop);
        while (batch.TryAddMessage(new ServiceBusMessage(new byte[100_000]))) Assert.True(batch.Count < 10);

        await bus.Sender().SendMessagesAsync(batch, Stop);

        Assert.Equal(2, batch.Count);
        Assert.Equal(2, bus.Counts().Active);
    }

    [Fact]
    public async Task An_entity_that_is_not_there_is_not_found()
    {
        await using var bus = With(Orders);

        await AssertFails(
            ServiceBusFailureReason.MessagingEntityNotFound,
            () => bus.Sender("nothing").SendMessageAsync(new ServiceBusMessage("1"), Stop));
        await AssertFails(
            ServiceBusFailureReason.MessagingEntityNotFound,
            () => bus.Receiver("nothing").ReceiveMessageAsync(AtOnce, Stop));
    }

    [Fact]
    public async Task A_host_without_a_broker_cannot_be_reached()
    {
        await using var client = new ServiceBusClient("Endpoint=sb://nowhere;SharedAccessKeyName=a;SharedAccessKey=b");

        var fault = await AssertFails(
            ServiceBusFailureReason.ServiceCommunicationProblem,
            () => client.CreateSender("orders").SendMessageAsync(new ServiceBusMessage("1"), Stop));

        Assert.Contains("nowhere", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_property_of_a_type_that_cannot_travel_is_refused()
    {
        await using var bus = With(Orders);
        var message = new ServiceBusMessage("1") { ApplicationProperties = { ["thing"] = new object() } };

        await Assert.ThrowsAsync<System.Runtime.Serialization.SerializationException>(
            () => bus.Sender().SendMessageAsync(message, Stop));
    }

    [Fact]
    public async Task A_closed_broker_fails_whoever_waits()
    {
        await using var bus = With(Orders);
        var waiting = bus.Receiver().ReceiveMessageAsync(TimeSpan.FromHours(1), Stop);

        await bus.Broker.DisposeAsync();

        await AssertFails(ServiceBusFailureReason.ServiceCommunicationProblem, () => waiting);
    }

    internal static async Task<ServiceBusException> AssertFails(ServiceBusFailureReason reason, Func<Task> call)
    {
        var fault = await Assert.ThrowsAsync<ServiceBusException>(call);
        Assert.Equal(reason, fault.Reason);
        return fault;
    }
}
