using System.Collections.Concurrent;
using System.Net;
using Azure.Messaging.ServiceBus;
using Azure.Storage.Blobs;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Railyard.Local.Cosmos;
using Railyard.Local.Runtime;
using Railyard.Local.Runtime.Testing;
using Railyard.Local.Tests.Runtime;

namespace Railyard.Local.Tests.Testing;

public sealed class VirtualTimeInAppTests(VirtualTimeInAppTests.Fixture sample)
    : IClassFixture<VirtualTimeInAppTests.Fixture>
{
    static readonly VirtualTime Time = new(new DateTimeOffset(2026, 7, 1, 0, 30, 0, TimeSpan.Zero))
    {
        Patience = TimeSpan.FromMilliseconds(200),
    };

    static readonly ConcurrentQueue<DateTimeOffset> Days = new();
    static readonly ConcurrentQueue<(string Body, DateTimeOffset At)> Messages = new();
    static readonly ConcurrentQueue<string> Blobs = new();

    public sealed class Functions
    {
        [Function(nameof(WaitThreeDays))]
        public static async Task<TimeSpan> WaitThreeDays([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var begun = context.CurrentUtcDateTime;
            for (var day = 0; day < 3; day++)
                await context.CreateTimer(
                    await context.CallActivityAsync<TimeSpan>(nameof(OneDay)), CancellationToken.None);
            return context.CurrentUtcDateTime - begun;
        }

        [Function(nameof(OneDay))]
        public static TimeSpan OneDay([ActivityTrigger] string? input) => TimeSpan.FromDays(1 + (input?.Length ?? 0));

        [Function("Daily")]
        public static void Daily([TimerTrigger("0 0 6 * * *")] TimerInfo timer)
        {
            if (!timer.IsPastDue) Days.Enqueue(Time.GetUtcNow());
        }

        // Longer than the lock, and longer than the lock is renewed: somebody else gets the message meanwhile.
        [Function("Sleepy")]
        public static async Task Sleepy(
            [ServiceBusTrigger("settlement-shards")] string body, int deliveryCount)
        {
            Messages.Enqueue((body, Time.GetUtcNow()));
            if (body == "patient") await Task.Delay(TimeSpan.FromMinutes(4), Time);
            else if (deliveryCount == 1) await Task.Delay(TimeSpan.FromMinutes(30), Time);
        }

        [Function("Arrived")]
        public static void Arrived([BlobTrigger("settlement-inbox/{name}")] string content, string name) =>
            Blobs.Enqueue($"{name} {content}");
    }

    public sealed class Fixture : SampleApp
    {
        protected override Task<RunningApp> StartAsync() =>
            Sample.StartAsync<Functions>(new LocalOptions { Time = Time });
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_orchestration_that_waits_for_three_days_is_over_when_the_clock_has_passed_them()
    {
        var id = await sample.App.Durable.ScheduleNewOrchestrationInstanceAsync(
            nameof(Functions.WaitThreeDays), Cancellation);

        await Time.AdvanceAsync(TimeSpan.FromDays(3) - TimeSpan.FromSeconds(1), Cancellation);
        var before = await sample.App.Durable.GetInstanceAsync(id, true, Cancellation);
        await Time.AdvanceAsync(TimeSpan.FromSeconds(1), Cancellation);
        var after = await sample.App.Durable.GetInstanceAsync(id, true, Cancellation);

        Assert.Equal(OrchestrationRuntimeStatus.Running, before!.RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, after!.RuntimeStatus);
        Assert.Equal(TimeSpan.FromDays(3), after.ReadOutputAs<TimeSpan>());
    }

    [Fact]
    public async Task A_daily_timer_fires_seven_times_in_a_week()
    {
        Days.Clear();

        await Time.AdvanceAsync(TimeSpan.FromDays(7), Cancellation);

        Assert.Equal(7, Days.Count);
        Assert.All(Days, day => Assert.Equal(TimeSpan.FromHours(6), day.TimeOfDay));
    }

    [Fact]
    public async Task A_message_whose_lock_expires_is_delivered_again_when_it_does()
    {
        await using var client = new ServiceBusClient(sample.App.ServiceBusConnectionString);
        var sent = Time.GetUtcNow();
        await client.CreateSender("settlement-shards").SendMessageAsync(new("slow"), Cancellation);

        await Time.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);

        DateTimeOffset[] slow = [.. Messages.Where(message => message.Body == "slow").Select(message => message.At)];
        Assert.Equal(2, slow.Length);
        // Five minutes of renewals, and the minute of the last of them at most.
        Assert.InRange(
            slow[1] - sent, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(6));
    }

    [Fact]
    public async Task A_function_that_takes_longer_than_the_lock_keeps_its_message_while_the_lock_is_renewed()
    {
        await using var client = new ServiceBusClient(sample.App.ServiceBusConnectionString);
        await client.CreateSender("settlement-shards").SendMessageAsync(new("patient"), Cancellation);

        await Time.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);

        Assert.Single(Messages, message => message.Body == "patient");
    }

    [Fact]
    public async Task A_message_that_nobody_attends_to_does_not_hold_the_clock_up_and_its_lock_expires()
    {
        await using var client = new ServiceBusClient(sample.App.ServiceBusConnectionString);
        await client.CreateSender("webhook-deliveries").SendMessageAsync(new("held"), Cancellation);
        var receiver = client.CreateReceiver("webhook-deliveries");
        var first = await receiver.ReceiveMessageAsync(TimeSpan.FromSeconds(1), Cancellation);

        await Time.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);
        var second = await receiver.ReceiveMessageAsync(TimeSpan.FromSeconds(1), Cancellation);
        await receiver.CompleteMessageAsync(second, Cancellation);
        var late = await Assert.ThrowsAsync<ServiceBusException>(
            () => receiver.CompleteMessageAsync(first, Cancellation));

        Assert.Equal(2, second.DeliveryCount);
        Assert.Equal(ServiceBusFailureReason.MessageLockLost, late.Reason);
    }

    [Fact]
    public async Task A_document_that_lives_for_thirty_days_is_gone_after_them()
    {
        using var cosmos = new CosmosClient(
            sample.App.CosmosAddress.ToString(), CosmosEndpoint.AccountKey,
            new CosmosClientOptions { ConnectionMode = ConnectionMode.Gateway, LimitToEndpoint = true });
        var container = cosmos.GetContainer("railyard", "idempotency");
        var key = new PartitionKey("thirty-days");
        await container.CreateItemAsync(new { id = "thirty-days" }, key, cancellationToken: Cancellation);

        await Time.AdvanceAsync(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1), Cancellation);
        using var before = await container.ReadItemStreamAsync("thirty-days", key, null, Cancellation);
        await Time.AdvanceAsync(TimeSpan.FromSeconds(1), Cancellation);
        using var after = await container.ReadItemStreamAsync("thirty-days", key, null, Cancellation);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, after.StatusCode);
    }

    [Fact]
    public async Task A_blob_that_was_put_there_has_been_seen_when_the_app_has_settled()
    {
        await new BlobServiceClient(sample.App.StorageConnectionString)
            .GetBlobContainerClient("settlement-inbox")
            .UploadBlobAsync("today.csv", BinaryData.FromString("lines"), Cancellation);

        await Time.SettleAsync(Cancellation);

        Assert.Equal(["today.csv lines"], Blobs);
    }
}
