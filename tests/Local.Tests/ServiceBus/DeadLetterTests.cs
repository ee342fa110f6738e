using Azure.Messaging.ServiceBus;
using Railyard.Local.ServiceBus;
using static Railyard.Local.Tests.ServiceBus.Bus;

namespace Railyard.Local.Tests.ServiceBus;

public sealed class DeadLetterTests
{
    static readonly QueueDefinition Orders = new("orders") { MaxDeliveryCount = 3 };

    [Fact]
    public async Task A_message_abandoned_too_often_is_dead_lettered_with_the_reason()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1");
        var receiver = bus.Receiver();

        for (var i = 0; i < 3; i++)
            await receiver.AbandonMessageAsync(await receiver.ReceiveMessageAsync(AtOnce, Stop), null, Stop);

        Assert.Null(await receiver.ReceiveMessageAsync(AtOnce, Stop));
        Assert.Equal(new EntityCounts("orders", 0, 0, 1), bus.Counts());
        var dead = await bus.DeadLetters().ReceiveMessageAsync(AtOnce, Stop);
        Assert.Equal(
            ("MaxDeliveryCountExceeded", "Message could not be consumed after 3 delivery attempts.", "orders"),
            (dead.DeadLetterReason, dead.DeadLetterErrorDescription, dead.DeadLetterSource));
    }

    [Fact]
    public async Task A_message_whose_lock_expires_too_often_is_dead_lettered()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1");

        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull(await bus.Receiver().ReceiveMessageAsync(TimeSpan.FromHours(1), Stop));
            bus.Time.Advance(Orders.LockDuration);
        }

        var dead = await bus.DeadLetters().ReceiveMessageAsync(TimeSpan.FromHours(1), Stop);
        Assert.Equal("MaxDeliveryCountExceeded", dead.DeadLetterReason);
    }

    [Fact]
    public async Task A_receiver_dead_letters_with_reason_description_and_properties()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1");
        var receiver = bus.Receiver();
        var message = await receiver.ReceiveMessageAsync(AtOnce, Stop);

        await receiver.DeadLetterMessageAsync(
            message, new Dictionary<string, object> { ["line"] = 4 }, "Malformed", "No amount in line 4.", Stop);

        var dead = await bus.DeadLetters().ReceiveMessageAsync(AtOnce, Stop);
        Assert.Equal(
            ("Malformed", "No amount in line 4.", 4, message.SequenceNumber),
            (dead.DeadLetterReason, dead.DeadLetterErrorDescription, dead.ApplicationProperties["line"],
                dead.SequenceNumber));
    }

    [Fact]
    public async Task A_dead_letter_is_never_dead_lettered_again()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1");
        var receiver = bus.Receiver();
        await receiver.DeadLetterMessageAsync(await receiver.ReceiveMessageAsync(AtOnce, Stop), "Bad", null, Stop);
        var buried = bus.DeadLetters();

        for (var i = 0; i < 5; i++)
            await buried.AbandonMessageAsync(await buried.ReceiveMessageAsync(AtOnce, Stop), null, Stop);

        var dead = await buried.ReceiveMessageAsync(AtOnce, Stop);
        await Assert.ThrowsAsync<InvalidOperationException>(() => buried.DeadLetterMessageAsync(dead, "Bad", null, Stop));
        await buried.CompleteMessageAsync(dead, Stop);
        Assert.Equal(0, bus.Counts().DeadLettered);
    }

    [Fact]
    public async Task A_replayed_dead_letter_leaves_its_reason_behind()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1");
        var receiver = bus.Receiver();
        await receiver.DeadLetterMessageAsync(await receiver.ReceiveMessageAsync(AtOnce, Stop), "Bad", null, Stop);
        var dead = await bus.DeadLetters().ReceiveMessageAsync(AtOnce, Stop);

        await bus.Sender().SendMessageAsync(new ServiceBusMessage(dead), Stop);

        var replayed = await receiver.ReceiveMessageAsync(AtOnce, Stop);
        Assert.Equal((dead.MessageId, null, 1), (replayed.MessageId, replayed.DeadLetterReason, replayed.DeliveryCount));
    }

    [Fact]
    public async Task An_expired_message_is_dropped()
    {
        await using var bus = With(Orders);
        await bus.Sender().SendMessageAsync(new ServiceBusMessage("1") { TimeToLive = TimeSpan.FromMinutes(1) }, Stop);

        bus.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(await bus.Receiver().ReceiveMessageAsync(AtOnce, Stop));
        await bus.ReopenAsync();
        Assert.Equal(new EntityCounts("orders", 0, 0, 0), bus.Counts());
    }

    [Fact]
    public async Task An_expired_message_is_dead_lettered_where_the_queue_says_so()
    {
        await using var bus = With(Orders with
        {
            DeadLetteringOnMessageExpiration = true, DefaultMessageTimeToLive = TimeSpan.FromHours(1),
        });
        await bus.SendAsync("1");
        var waiting = bus.DeadLetters().ReceiveMessageAsync(TimeSpan.FromHours(2), Stop);

        bus.Time.Advance(TimeSpan.FromHours(1));

        var dead = await waiting;
        Assert.Equal(
            ("TTLExpiredException", "The message expired and was dead lettered."),
            (dead.DeadLetterReason, dead.DeadLetterErrorDescription));
    }

    [Fact]
    public async Task A_held_message_does_not_expire_under_its_holder()
    {
        await using var bus = With(Orders);
        await bus.Sender().SendMessageAsync(new ServiceBusMessage("1") { TimeToLive = TimeSpan.FromSeconds(30) }, Stop);
        var receiver = bus.Receiver();
        var message = await receiver.ReceiveMessageAsync(AtOnce, Stop);

        bus.Time.Advance(TimeSpan.FromSeconds(40));

        await receiver.CompleteMessageAsync(message, Stop);
    }
}
