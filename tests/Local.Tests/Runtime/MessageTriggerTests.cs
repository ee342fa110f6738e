using System.Collections.Concurrent;
using System.Threading.Channels;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Railyard.Local.Runtime;

namespace Railyard.Local.Tests.Runtime;

public sealed class MessageTriggerTests(MessageTriggerTests.Fixture sample)
    : IClassFixture<MessageTriggerTests.Fixture>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static readonly Channel<string> Done = Channel.CreateUnbounded<string>();
    static readonly ConcurrentDictionary<string, int> Deliveries = new();

    public sealed record Shard(string File, int Number);

    public sealed class Functions
    {
        [Function("Shards")]
        public static async Task Shards(
            [ServiceBusTrigger("settlement-shards")] Shard shard, string messageId, int deliveryCount)
        {
            Deliveries[messageId] = deliveryCount;
            if (shard.File == "always") throw new InvalidOperationException("always");
            if (shard.File == "once" && deliveryCount == 1) throw new InvalidOperationException("once");
            await Done.Writer.WriteAsync($"{shard.File} {shard.Number}");
        }

        [Function("Deliveries")]
        public static async Task Deliver(
            [ServiceBusTrigger("webhook-deliveries", AutoCompleteMessages = false)]
            ServiceBusReceivedMessage message,
            ServiceBusMessageActions actions, CancellationToken cancellation)
        {
            await actions.DeadLetterMessageAsync(message, null, "NoEndpoint", "nobody listens", cancellation);
            await Done.Writer.WriteAsync($"dead {message.MessageId}", cancellation);
        }

        [Function("Ledger")]
        public static async Task Ledger(
            [ServiceBusTrigger("payment-events", "payment-reviews", IsSessionsEnabled = true)] string body,
            string sessionId,
            ServiceBusSessionMessageActions session)
        {
            await session.SetSessionStateAsync(BinaryData.FromString(body));
            await Done.Writer.WriteAsync($"{sessionId} {body}");
        }
    }

    public sealed class Fixture : SampleApp
    {
        protected override Task<RunningApp> StartAsync() => Sample.StartAsync<Functions>();
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_completed_when_its_function_returns()
    {
        await using var client = Client();

        await SendAsync(client, "settlement-shards", "ok-1", new Shard("good", 7));

        await AwaitDoneAsync("good 7");
        Assert.Equal(1, Deliveries["ok-1"]);
    }

    [Fact]
    public async Task A_message_whose_function_throws_is_delivered_again_at_once()
    {
        await using var client = Client();

        await SendAsync(client, "settlement-shards", "once-1", new Shard("once", 1));

        await AwaitDoneAsync("once 1");
        Assert.Equal(2, Deliveries["once-1"]);
    }

    [Fact]
    public async Task A_message_that_never_succeeds_is_dead_lettered_after_ten_deliveries()
    {
        await using var client = Client();

        await SendAsync(client, "settlement-shards", "always-1", new Shard("always", 1));

        var dead = await DeadLetterAsync(client, "settlement-shards", "always-1");
        Assert.Equal("MaxDeliveryCountExceeded", dead.DeadLetterReason);
        Assert.Equal(10, Deliveries["always-1"]);
    }

    [Fact]
    public async Task A_function_may_settle_its_message_itself()
    {
        await using var client = Client();

        await SendAsync(client, "webhook-deliveries", "hook-1", new Shard("any", 1));

        await AwaitDoneAsync("dead hook-1");
        var dead = await DeadLetterAsync(client, "webhook-deliveries", "hook-1");
        Assert.Equal("NoEndpoint", dead.DeadLetterReason);
        Assert.Equal("nobody listens", dead.DeadLetterErrorDescription);
    }

    [Fact]
    public async Task Messages_of_a_session_arrive_in_order()
    {
        await using var client = Client();
        await using var sender = client.CreateSender("payment-events");

        for (var i = 1; i <= 3; i++)
            await sender.SendMessageAsync(
                new ServiceBusMessage($"event {i}")
                {
                    SessionId = "pay_1",
                    MessageId = $"pay_1:{i}",
                    ApplicationProperties = { ["concerns_review"] = "true" },
                },
                Cancellation);

        for (var i = 1; i <= 3; i++) await AwaitDoneAsync($"pay_1 event {i}");
    }

    ServiceBusClient Client() => new(sample.App.ServiceBusConnectionString);

    static async Task SendAsync(ServiceBusClient client, string queue, string id, Shard shard)
    {
        await using var sender = client.CreateSender(queue);
        await sender.SendMessageAsync(
            new ServiceBusMessage(BinaryData.FromObjectAsJson(shard)) { MessageId = id }, Cancellation);
    }

    static async Task AwaitDoneAsync(string expected)
    {
        var done = await Done.Reader.ReadAsync(Cancellation).AsTask()
            .WaitAsync(Patience, TimeProvider.System, Cancellation);
        Assert.Equal(expected, done);
    }

    static async Task<ServiceBusReceivedMessage> DeadLetterAsync(
        ServiceBusClient client, string queue, string id)
    {
        await using var receiver = client.CreateReceiver(
            queue, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        var message = await receiver.ReceiveMessageAsync(Patience, Cancellation);
        Assert.Equal(id, message.MessageId);
        await receiver.CompleteMessageAsync(message, Cancellation);
        return message;
    }
}
