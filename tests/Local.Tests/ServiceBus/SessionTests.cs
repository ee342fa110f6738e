using Azure.Messaging.ServiceBus;
using Railyard.Local.ServiceBus;
using static Railyard.Local.Tests.ServiceBus.Bus;

namespace Railyard.Local.Tests.ServiceBus;

public sealed class SessionTests
{
    static readonly QueueDefinition Orders = new("orders") { RequiresSession = true, MaxDeliveryCount = 3 };

    [Fact]
    public async Task A_session_is_held_by_one_receiver_and_read_in_order()
    {
        await using var bus = With(Orders);
        await SendAsync(bus, "a", "1", "2");
        await SendAsync(bus, "b", "3");

        await using var session = await bus.Client.AcceptSessionAsync("orders", "a", null, Stop);

        var messages = await session.ReceiveMessagesAsync(10, AtOnce, Stop);
        Assert.Equal(["1", "2"], messages.Select(message => message.Body.ToString()));
        await QueueTests.AssertFails(
            ServiceBusFailureReason.SessionCannotBeLocked,
            () => bus.Client.AcceptSessionAsync("orders", "a", null, Stop));
    }

    [Fact]
    public async Task The_next_session_is_the_one_that_waits_longest_and_nobody_holds()
    {
        await using var bus = With(Orders);
        await SendAsync(bus, "a", "1");
        await SendAsync(bus, "b", "2");

        await using var first = await bus.Client.AcceptNextSessionAsync("orders", null, Stop);
        await using var second = await bus.Client.AcceptNextSessionAsync("orders", null, Stop);

        Assert.Equal(("a", "b"), (first.SessionId, second.SessionId));
    }

    [Fact]
    public async Task Who_waits_for_a_session_gets_the_next_that_has_messages()
    {
        await using var bus = With(Orders);
        var waiting = bus.Client.AcceptNextSessionAsync("orders", null, Stop);

        await SendAsync(bus, "a", "1");

        await using var session = await waiting;
        Assert.Equal("a", session.SessionId);
    }

    [Fact]
    public async Task Waiting_for_a_session_times_out()
    {
        await using var bus = With(Orders);
        var waiting = bus.Client.AcceptNextSessionAsync("orders", null, Stop);

        bus.Time.Advance(TimeSpan.FromMinutes(1));

        await QueueTests.AssertFails(ServiceBusFailureReason.ServiceTimeout, () => waiting);
    }

    [Fact]
    public async Task A_session_that_is_given_back_can_be_accepted_and_its_unsettled_messages_were_not_counted()
    {
        await using var bus = With(Orders);
        await SendAsync(bus, "a", "1", "2");
        var first = await bus.Client.AcceptSessionAsync("orders", "a", null, Stop);
        Assert.Equal(2, (await first.ReceiveMessagesAsync(2, AtOnce, Stop)).Count);

        await first.CloseAsync(Stop);

        await using var second = await bus.Client.AcceptNextSessionAsync("orders", null, Stop);
        var messages = await second.ReceiveMessagesAsync(2, AtOnce, Stop);
        Assert.Equal([("1", 1), ("2", 1)], messages.Select(message => (message.Body.ToString(), message.DeliveryCount)));
    }

    [Fact]
    public async Task An_expired_session_is_lost_with_its_messages()
    {
        await using var bus = With(Orders);
        await SendAsync(bus, "a", "1", "2");
        await using var first = await bus.Client.AcceptSessionAsync("orders", "a", null, Stop);
        var message = await first.ReceiveMessageAsync(AtOnce, Stop);

        bus.Time.Advance(Orders.LockDuration);

        await using var second = await bus.Client.AcceptSessionAsync("orders", "a", null, Stop);
        var again = await second.ReceiveMessagesAsync(2, AtOnce, Stop);
        Assert.Equal([("1", 2), ("2", 1)], again.Select(one => (one.Body.ToString(), one.DeliveryCount)));
        await QueueTests.AssertFails(
            ServiceBusFailureReason.SessionLockLost, () => first.CompleteMessageAsync(message, Stop));
        await QueueTests.AssertFails(
            ServiceBusFailureReason.SessionLockLost, () => first.ReceiveMessageAsync(AtOnce, Stop));
    }

    [Fact]
    public async Task A_receiver_that_waits_in_a_session_is_told_that_it_is_lost()
    {
        await using var bus = With(Orders);
        await using var session = await bus.Client.AcceptSessionAsync("orders", "a", null, Stop);
        var waiting = session.ReceiveMessageAsync(TimeSpan.FromHours(1), Stop);

        bus.Time.Advance(Orders.LockDuration);

        await QueueTests.AssertFails(ServiceBusFailureReason.SessionLockLost, () => waiting);
    }

    [Fact]
    public async Task A_renewed_session_lasts_longer()
    {
        await using var bus = With(Orders);
        await SendAsync(bus, "a", "1");
        await using var session = await bus.Client.AcceptSessionAsync("orders", "a", null, Stop);
        var message = await session.ReceiveMessageAsync(AtOnce, Stop);

        bus.Time.Advance(TimeSpan.FromSeconds(40));
        await session.RenewSessionLockAsync(Stop);
        bus.Time.Advance(TimeSpan.FromSeconds(40));

        Assert.Equal(bus.Time.GetUtcNow() + TimeSpan.FromSeconds(20), session.SessionLockedUntil);
        await session.CompleteMessageAsync(message, Stop);
    }

    [Fact]
    public async Task An_abandoned_message_keeps_its_place_in_the_session()
    {
        await using var bus = With(Orders);
        await SendAsync(bus, "a", "1", "2");
        await using var session = await bus.Client.AcceptSessionAsync("orders", "a", null, Stop);

        await session.AbandonMessageAsync(await session.ReceiveMessageAsync(AtOnce, Stop), null, Stop);

        Assert.Equal("1", (await session.ReceiveMessageAsync(AtOnce, Stop)).Body.ToString());
    }

    [Fact]
    public async Task Session_state_outlives_the_holder_and_the_broker()
    {
        await using var bus = With(Orders);
        await using (var session = await bus.Client.AcceptSessionAsync("orders", "a", null, Stop))
            await session.SetSessionStateAsync(BinaryData.FromString("at line 7"), Stop);

        await bus.ReopenAsync();

        await using var again = await bus.Client.AcceptSessionAsync("orders", "a", null, Stop);
        Assert.Equal("at line 7", (await again.GetSessionStateAsync(Stop)).ToString());
        await again.SetSessionStateAsync(null, Stop);
        Assert.Null(await again.GetSessionStateAsync(Stop));
    }

    [Fact]
    public async Task A_deferred_message_is_received_inside_its_session()
    {
        await using var bus = With(Orders);
        await SendAsync(bus, "a", "1", "2");
        await using var session = await bus.Client.AcceptSessionAsync("orders", "a", null, Stop);
        var first = await session.ReceiveMessageAsync(AtOnce, Stop);

        await session.DeferMessageAsync(first, null, Stop);

        Assert.Equal("2", (await session.ReceiveMessageAsync(AtOnce, Stop)).Body.ToString());
        var deferred = await session.ReceiveDeferredMessageAsync(first.SequenceNumber, Stop);
        await session.CompleteMessageAsync(deferred, Stop);
    }

    [Fact]
    public async Task Receivers_that_do_not_match_the_entity_are_refused()
    {
        await using var bus = With(Orders, new QueueDefinition("plain"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => bus.Receiver().ReceiveMessageAsync(AtOnce, Stop));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => bus.Client.AcceptSessionAsync("plain", "a", null, Stop));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => bus.Sender().SendMessageAsync(new ServiceBusMessage("1"), Stop));
    }

    static Task SendAsync(Bus bus, string session, params string[] bodies) => bus.Sender().SendMessagesAsync(
        bodies.Select(body => new ServiceBusMessage(body) { SessionId = session }), Stop);
}
