using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Railyard.Local.ServiceBus;
using static Railyard.Local.Tests.ServiceBus.Bus;

namespace Railyard.Local.Tests.ServiceBus;

public sealed class RandomConsumersTests
{
    const int Consumers = 3;
    const int MostTurns = 20_000;
    static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1u)]
    [InlineData(20260301u)]
    [InlineData(0xBADC0FFEu)]
    public async Task Every_message_is_completed_once_or_dead_lettered(uint seed)
    {
        await using var bus = With(new QueueDefinition("orders") { MaxDeliveryCount = 4 });
        var completed = new ConcurrentQueue<string>();
        string[] sent = [.. Enumerable.Range(0, 200).Select(i => $"{i}")];
        await bus.SendAsync(sent);

        await Task.WhenAll(Enumerable.Range(0, Consumers).Select(i => Task.Run(
            () => ConsumeAsync(bus, new Dice(seed + (uint)i), completed))));

        var dead = await DeadAsync(bus);
        Assert.Equal(0, bus.Counts().Active);
        Assert.Equal(sent.Order(), completed.Concat(dead).Order());
    }

    [Theory]
    [InlineData(2u)]
    [InlineData(20260302u)]
    [InlineData(0xC0FFEEu)]
    public async Task Sessions_stay_in_order_whatever_their_holders_do(uint seed)
    {
        await using var bus = With(
            new QueueDefinition("orders") { RequiresSession = true, MaxDeliveryCount = 2_000 });
        var completed = new ConcurrentQueue<(string Session, string Body)>();
        await bus.Sender().SendMessagesAsync(
            Enumerable.Range(0, 200).Select(i => new ServiceBusMessage($"{i:D3}") { SessionId = $"s{i % 7}" }), Stop);

        await Task.WhenAll(Enumerable.Range(0, Consumers).Select(i => Task.Run(
            () => ConsumeSessionsAsync(bus, new Dice(seed + (uint)i), completed))));

        Assert.Equal(200, completed.Count);
        Assert.All(
            completed.GroupBy(one => one.Session),
            session => Assert.Equal(session.Select(one => one.Body).Order(), session.Select(one => one.Body)));
    }

    static async Task ConsumeAsync(Bus bus, Dice dice, ConcurrentQueue<string> completed)
    {
        var receiver = bus.Receiver();
        for (var turn = 0; bus.Counts().Active > 0; turn++)
        {
            Assert.True(turn < MostTurns);
            var messages = await receiver.ReceiveMessagesAsync(1 + dice.Roll(5), AtOnce, Stop);
            foreach (var message in messages) await SettleAsync(bus, receiver, message, dice, completed);
            if (messages.Count == 0) await LetOthersGoOnAsync();
            if (dice.Roll(3) == 0) bus.Time.Advance(ShortWait);
        }
    }

    static async Task SettleAsync(
        Bus bus, ServiceBusReceiver receiver, ServiceBusReceivedMessage message, Dice dice,
        ConcurrentQueue<string> completed)
    {
        try
        {
            switch (dice.Roll(6))
            {
                case 0: await receiver.AbandonMessageAsync(message, null, Stop); return;
                case 1: return;
                case 2: bus.Time.Advance(TimeSpan.FromSeconds(30)); break;
            }
            await receiver.CompleteMessageAsync(message, Stop);
            completed.Enqueue(message.Body.ToString());
        }
        catch (ServiceBusException lost) when (lost.Reason == ServiceBusFailureReason.MessageLockLost)
        {
            return;
        }
    }

    static async Task ConsumeSessionsAsync(
        Bus bus, Dice dice, ConcurrentQueue<(string Session, string Body)> completed)
    {
        for (var turn = 0; bus.Counts().Active > 0; turn++)
        {
            Assert.True(turn < MostTurns);
            try
            {
                await using var session = await bus.Client.AcceptSessionAsync("orders", $"s{dice.Roll(7)}", null, Stop);
                await ConsumeSessionAsync(bus, session, dice, completed);
            }
            catch (ServiceBusException taken) when (taken.Reason is ServiceBusFailureReason.SessionCannotBeLocked
                or ServiceBusFailureReason.SessionLockLost)
            {
                if (dice.Roll(3) == 0) bus.Time.Advance(ShortWait);
                await LetOthersGoOnAsync();
            }
        }
    }

    // Whoever finds nothing must not use its turns up while the holder of what is left has no processor.
    static Task LetOthersGoOnAsync() => Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Stop);

    static async Task ConsumeSessionAsync(
        Bus bus, ServiceBusSessionReceiver session, Dice dice, ConcurrentQueue<(string Session, string Body)> completed)
    {
        while (dice.Roll(8) != 0 && await session.ReceiveMessageAsync(AtOnce, Stop) is { } message)
        {
            switch (dice.Roll(6))
            {
                case 0: await session.AbandonMessageAsync(message, null, Stop); continue;
                case 1: return;
                case 2: bus.Time.Advance(TimeSpan.FromSeconds(30)); break;
            }
            await session.CompleteMessageAsync(message, Stop);
            completed.Enqueue((session.SessionId, message.Body.ToString()));
        }
    }

    static async Task<List<string>> DeadAsync(Bus bus)
    {
        var dead = new List<string>();
        var receiver = bus.DeadLetters();
        while (await receiver.ReceiveMessagesAsync(50, AtOnce, Stop) is { Count: > 0 } messages)
            dead.AddRange(messages.Select(message => message.Body.ToString()));
        return dead;
    }
}
