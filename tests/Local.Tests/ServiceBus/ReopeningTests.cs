using Azure.Messaging.ServiceBus;
using Railyard.Local.ServiceBus;
using Railyard.Local.Sqlite;
using static Railyard.Local.Tests.ServiceBus.Bus;

namespace Railyard.Local.Tests.ServiceBus;

public sealed class ReopeningTests
{
    static readonly QueueDefinition Orders = new("orders") { MaxDeliveryCount = 3 };

    [Fact]
    public async Task After_a_crash_everything_uncompleted_is_there_and_nothing_completed_comes_back()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("completed", "held", "abandoned", "deferred", "dead", "untouched");
        var receiver = bus.Receiver();
        var messages = await receiver.ReceiveMessagesAsync(5, AtOnce, Stop);
        await receiver.CompleteMessageAsync(messages[0], Stop);
        await receiver.AbandonMessageAsync(messages[2], null, Stop);
        await receiver.DeferMessageAsync(messages[3], null, Stop);
        await receiver.DeadLetterMessageAsync(messages[4], "Bad", null, Stop);

        await bus.CrashAsync();

        var again = await bus.Receiver().ReceiveMessagesAsync(10, AtOnce, Stop);
        Assert.Equal(
            [("held", 2), ("abandoned", 2), ("untouched", 1)],
            again.Select(message => (message.Body.ToString(), message.DeliveryCount)));
        var deferred = await bus.Receiver().ReceiveDeferredMessageAsync(messages[3].SequenceNumber, Stop);
        Assert.Equal(("deferred", 2), (deferred.Body.ToString(), deferred.DeliveryCount));
        var dead = await bus.DeadLetters().ReceiveMessageAsync(AtOnce, Stop);
        Assert.Equal(("dead", "Bad"), (dead.Body.ToString(), dead.DeadLetterReason));
    }

    [Fact]
    public async Task A_message_that_crashes_its_consumer_every_time_ends_as_a_dead_letter()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("poison");

        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull(await bus.Receiver().ReceiveMessageAsync(AtOnce, Stop));
            await bus.CrashAsync();
        }

        var dead = await bus.DeadLetters().ReceiveMessageAsync(TimeSpan.FromMinutes(1), Stop);
        Assert.Equal("MaxDeliveryCountExceeded", dead.DeadLetterReason);
    }

    [Fact]
    public async Task A_scheduled_message_that_came_due_while_the_broker_was_down_is_delivered()
    {
        await using var bus = With(Orders);
        var due = bus.Time.GetUtcNow() + TimeSpan.FromHours(1);
        await bus.Sender().ScheduleMessageAsync(new ServiceBusMessage("later"), due, Stop);
        await bus.Broker.DisposeAsync();
        bus.Time.Advance(TimeSpan.FromHours(2));

        await bus.ReopenAsync();

        Assert.NotNull(await bus.Receiver().ReceiveMessageAsync(TimeSpan.FromMinutes(1), Stop));
    }

    [Fact]
    public async Task Sequence_numbers_go_on_where_they_stopped()
    {
        await using var bus = With(Orders);
        await bus.SendAsync("1");
        var first = await bus.Receiver().ReceiveMessageAsync(AtOnce, Stop);
        await bus.Client.CreateReceiver("orders").CompleteMessageAsync(first, Stop);

        await bus.ReopenAsync();
        await bus.SendAsync("2");

        var second = await bus.Receiver().ReceiveMessageAsync(AtOnce, Stop);
        Assert.Equal(first.SequenceNumber + 1, second.SequenceNumber);
    }

    [Fact]
    public async Task A_second_broker_of_the_same_host_is_refused_and_the_first_goes_on()
    {
        await using var bus = With(Orders);
        var path = Path.Combine(Path.GetTempPath(), $"{bus.Host}.db");
        var options = new BrokerOptions { DatabasePath = path, Topology = new BrokerTopology(), Host = bus.Host };

        Assert.Throws<InvalidOperationException>(() => Broker.Open(options));

        File.Delete(path);
        await bus.SendAsync("1");
    }

    [Fact]
    public async Task A_file_that_is_not_a_database_is_refused_and_left_alone()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, new string('x', 4096), Stop);

        Assert.Throws<DatabaseRefused>(() => Broker.Open(
            new BrokerOptions { DatabasePath = path, Topology = new BrokerTopology(), Host = "refused" }));

        Assert.Equal(new string('x', 4096), await File.ReadAllTextAsync(path, Stop));
        File.Delete(path);
    }
}
