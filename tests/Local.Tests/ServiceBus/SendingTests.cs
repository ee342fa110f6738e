using Azure.Messaging.ServiceBus;
using Railyard.Local.ServiceBus;
using static Railyard.Local.Tests.ServiceBus.Bus;

namespace Railyard.Local.Tests.ServiceBus;

public sealed class SendingTests
{
    static readonly QueueDefinition Orders = new("orders");
    static readonly QueueDefinition Once = Orders with { RequiresDuplicateDetection = true };

    static readonly BrokerTopology Events = new()
    {
        Topics =
        [
            new TopicDefinition("events")
            {
                RequiresDuplicateDetection = true,
                Subscriptions = [new("ledger") { RequiresSession = true }, new("webhooks")],
            },
        ],
    };

    [Fact]
    public async Task A_subscription_gets_what_any_of_its_rules_takes()
    {
        CorrelationRule[] rules =
        [
            new("captured") { Subject = "captured" },
            new("latest") { Properties = new Dictionary<string, string> { ["is_latest"] = "true" } },
        ];
        await using var bus = With(new BrokerTopology
        {
            Topics = [new TopicDefinition("events") { Subscriptions = [new("some") { Rules = rules }, new("all")] }],
        });

        await bus.Sender("events").SendMessagesAsync(
            [
                new ServiceBusMessage("1") { Subject = "captured" },
                new ServiceBusMessage("2") { Subject = "authorized" },
                new ServiceBusMessage("3") { ApplicationProperties = { ["is_latest"] = "true" } },
                new ServiceBusMessage("4") { ApplicationProperties = { ["is_latest"] = "false" } },
            ],
            Stop);

        Assert.Equal(2, bus.Counts("events/Subscriptions/some").Active);
        Assert.Equal(4, bus.Counts("events/Subscriptions/all").Active);
    }

    [Fact]
    public async Task A_scheduled_message_appears_when_its_time_has_come()
    {
        await using var bus = With(Orders);
        var due = bus.Time.GetUtcNow() + TimeSpan.FromDays(3);
        var number = await bus.Sender().ScheduleMessageAsync(new ServiceBusMessage("later"), due, Stop);
        var waiting = bus.Receiver().ReceiveMessageAsync(TimeSpan.FromDays(1), Stop);
        Assert.Equal(new EntityCounts("orders", 0, 1, 0), bus.Counts());

        bus.Time.Advance(TimeSpan.FromHours(1));
        Assert.False(waiting.IsCompleted);
        bus.Time.Advance(TimeSpan.FromDays(4));

        var message = await bus.Receiver().ReceiveMessageAsync(TimeSpan.FromDays(1), Stop) ?? await waiting;
        Assert.Equal("later", message.Body.ToString());
        Assert.True(message.SequenceNumber > number);
        Assert.Equal(bus.Time.GetUtcNow(), message.EnqueuedTime);
    }

    [Fact]
    public async Task A_cancelled_scheduled_message_never_appears()
    {
        await using var bus = With(Orders);
        var number = await bus.Sender().ScheduleMessageAsync(
            new ServiceBusMessage("1"), bus.Time.GetUtcNow() + TimeSpan.FromHours(1), Stop);

        await bus.Sender().CancelScheduledMessageAsync(number, Stop);
        bus.Time.Advance(TimeSpan.FromHours(2));

        Assert.Null(await bus.Receiver().ReceiveMessageAsync(AtOnce, Stop));
        await QueueTests.AssertFails(
            ServiceBusFailureReason.MessageNotFound, () => bus.Sender().CancelScheduledMessageAsync(number, Stop));
    }

    [Fact]
    public async Task A_repeated_message_id_is_dropped_within_the_window()
    {
        await using var bus = With(Once);
        var sender = bus.Sender();

        await sender.SendMessageAsync(new ServiceBusMessage("first") { MessageId = "a" }, Stop);
        await sender.SendMessageAsync(new ServiceBusMessage("copy") { MessageId = "a" }, Stop);
        await sender.SendMessageAsync(new ServiceBusMessage("other") { MessageId = "b" }, Stop);

        var messages = await bus.Receiver().ReceiveMessagesAsync(10, AtOnce, Stop);
        Assert.Equal(["first", "other"], messages.Select(message => message.Body.ToString()));
    }

    [Fact]
    public async Task A_repeated_message_id_is_dropped_although_the_first_was_completed_and_the_broker_reopened()
    {
        await using var bus = With(Once);
        await bus.Sender().SendMessageAsync(new ServiceBusMessage("first") { MessageId = "a" }, Stop);
        var receiver = bus.Receiver();
        await receiver.CompleteMessageAsync(await receiver.ReceiveMessageAsync(AtOnce, Stop), Stop);

        await bus.CrashAsync();
        await bus.Sender().SendMessageAsync(new ServiceBusMessage("copy") { MessageId = "a" }, Stop);

        Assert.Equal(0, bus.Counts().Active);
    }

    [Fact]
    public async Task A_message_id_may_come_again_after_the_window()
    {
        await using var bus = With(Once);
        await bus.Sender().SendMessageAsync(new ServiceBusMessage("first") { MessageId = "a" }, Stop);

        bus.Time.Advance(Once.DuplicateDetectionHistoryTimeWindow);
        await bus.Sender().SendMessageAsync(new ServiceBusMessage("again") { MessageId = "a" }, Stop);

        Assert.Equal(2, bus.Counts().Active);
    }

    [Fact]
    public async Task Every_subscription_gets_its_own_copy()
    {
        await using var bus = With(Events with
        {
            Topics = [new TopicDefinition("events") { Subscriptions = [new("ledger"), new("webhooks")] }],
        });
        await bus.Sender("events").SendMessageAsync(new ServiceBusMessage("paid"), Stop);
        var ledger = bus.Client.CreateReceiver("events", "ledger");
        var webhooks = bus.Client.CreateReceiver("events", "webhooks");

        var forLedger = await ledger.ReceiveMessageAsync(AtOnce, Stop);
        await ledger.CompleteMessageAsync(forLedger, Stop);

        var forWebhooks = await webhooks.ReceiveMessageAsync(AtOnce, Stop);
        Assert.Equal("paid", forWebhooks.Body.ToString());
        Assert.Equal(forLedger.EnqueuedSequenceNumber, forWebhooks.EnqueuedSequenceNumber);
        Assert.Equal("events/Subscriptions/webhooks", webhooks.EntityPath);
        Assert.Equal(0, bus.Counts("events/Subscriptions/ledger").Active);
    }

    [Fact]
    public async Task A_message_scheduled_on_a_topic_reaches_every_subscription_later()
    {
        await using var bus = With(Events);
        var message = new ServiceBusMessage("paid") { SessionId = "p1", MessageId = "p1:1" };
        var due = bus.Time.GetUtcNow() + TimeSpan.FromMinutes(5);
        await bus.Sender("events").ScheduleMessageAsync(message, due, Stop);
        Assert.Equal(1, bus.Counts("events").Scheduled);

        var waiting = bus.Client.CreateReceiver("events", "webhooks").ReceiveMessageAsync(TimeSpan.FromHours(1), Stop);
        bus.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("paid", (await waiting).Body.ToString());
        Assert.Equal(1, bus.Counts("events/Subscriptions/ledger").Active);
        Assert.Equal(0, bus.Counts("events").Scheduled);
    }

    [Fact]
    public async Task A_message_without_session_is_dead_lettered_by_a_subscription_that_requires_one()
    {
        await using var bus = With(Events);

        await bus.Sender("events").SendMessageAsync(new ServiceBusMessage("paid"), Stop);

        var path = "events/Subscriptions/ledger";
        var dead = await bus.DeadLetters(path).ReceiveMessageAsync(AtOnce, Stop);
        Assert.Equal(("Session ID is null.", path), (dead.DeadLetterReason, dead.DeadLetterSource));
        Assert.Equal(1, bus.Counts("events/Subscriptions/webhooks").Active);
    }

    [Fact]
    public async Task A_send_of_many_is_all_or_nothing()
    {
        await using var bus = With(Orders);
        var messages = Enumerable.Range(0, 3).Select(_ => new ServiceBusMessage(new byte[100_000]));

        await QueueTests.AssertFails(
            ServiceBusFailureReason.MessageSizeExceeded, () => bus.Sender().SendMessagesAsync(messages, Stop));

        Assert.Equal(0, bus.Counts().Active);
    }
}
