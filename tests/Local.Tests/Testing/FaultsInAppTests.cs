using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Azure.Storage.Blobs;
using DurableTask.Core.Exceptions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Railyard.Local.Runtime;
using Railyard.Local.Runtime.Testing;
using Railyard.Local.Tests.Runtime;

namespace Railyard.Local.Tests.Testing;

public sealed class FaultsInAppTests(FaultsInAppTests.Fixture sample) : IClassFixture<FaultsInAppTests.Fixture>
{
    const int Seeds = 20;
    const int OrdersPerSeed = 3;
    const int MostHours = 12;
    const int LinesPerOrder = 3;

    static readonly VirtualTime Time = new(new DateTimeOffset(2026, 7, 1, 0, 30, 0, TimeSpan.Zero));

    /// <summary>What the functions did in the world. Doing it again under the same key changes nothing.</summary>
    static class World
    {
        public static readonly ConcurrentDictionary<string, int> Tries = new();
        public static readonly ConcurrentDictionary<string, List<int>> Booked = new();
        public static readonly ConcurrentQueue<string> Wrong = new();

        public static void Do(string key) => Tries.AddOrUpdate(key, 1, (_, before) => before + 1);

        public static void Book(string order, int line)
        {
            var lines = Booked.GetOrAdd(order, _ => []);
            lock (lines)
            {
                if (line > lines.Count + 1) Wrong.Enqueue($"{order}: line {line} before {lines.Count + 1}");
                if (line == lines.Count + 1) lines.Add(line);
            }
        }
    }

    public sealed class Functions
    {
        static readonly TaskOptions Patient = new(new TaskRetryOptions(
            new RetryPolicy(maxNumberOfAttempts: 8, firstRetryInterval: TimeSpan.FromSeconds(1))));

        [Function("Arrived")]
        public static async Task Arrived(
            [BlobTrigger("settlement-inbox/orders/{order}")] string content, string order,
            [DurableClient] DurableTaskClient durable)
        {
            World.Do($"arrived {order}");
            try
            {
                await durable.ScheduleNewOrchestrationInstanceAsync(
                    nameof(Settle), content, new StartOrchestrationOptions(order)
                    {
                        DedupeStatuses = ["Completed", "Failed", "Terminated"],
                    });
            }
            catch (OrchestrationAlreadyExistsException)
            {
                // The same blob was told of before.
                return;
            }
        }

        [Function(nameof(Settle))]
        public static async Task<string> Settle([OrchestrationTrigger] TaskOrchestrationContext context, string name)
        {
            var order = context.InstanceId;
            await context.CallActivityAsync(nameof(Reserve), order, Patient);
            await context.CreateTimer(TimeSpan.FromHours(3), CancellationToken.None);
            await context.CallActivityAsync(nameof(Announce), order, Patient);
            return name + await context.WaitForExternalEvent<string>("Confirmed");
        }

        [Function(nameof(Reserve))]
        public static void Reserve([ActivityTrigger] string order) => World.Do($"reserved {order}");

        [Function(nameof(Announce))]
        public static async Task Announce([ActivityTrigger] string order)
        {
            await using var client = new ServiceBusClient(Bus);
            var topic = client.CreateSender("payment-events");
            for (var line = 1; line <= LinesPerOrder; line++)
                await topic.SendMessageAsync(
                    new($"{line}")
                    {
                        SessionId = order,
                        MessageId = $"{order}:{line}",
                        ApplicationProperties = { ["concerns_review"] = "true" },
                    });
            await client.CreateSender("settlement-shards").SendMessageAsync(new(order) { MessageId = order });
        }

        [Function("Ledger")]
        public static void Ledger(
            [ServiceBusTrigger("payment-events", "payment-reviews", IsSessionsEnabled = true)] string line, string sessionId) =>
            World.Book(sessionId, int.Parse(line, System.Globalization.CultureInfo.InvariantCulture));

        [Function("Confirm")]
        public static async Task Confirm(
            [ServiceBusTrigger("settlement-shards")] string order, [DurableClient] DurableTaskClient durable)
        {
            World.Do($"confirmed {order}");
            var instance = await durable.GetInstanceAsync(order);
            if (instance is { IsCompleted: false }) await durable.RaiseEventAsync(order, "Confirmed", "!");
        }
    }

    static string Bus { get; set; } = "";

    public sealed class Fixture : SampleApp
    {
        protected override async Task<RunningApp> StartAsync()
        {
            var app = await Sample.StartAsync<Functions>(new LocalOptions { Time = Time });
            Bus = app.ServiceBusConnectionString;
            return app;
        }
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_order_is_settled_exactly_once_under_twenty_seeds_of_everything()
    {
        List<FaultPlan> plans = [.. Enumerable.Range(1, Seeds).Select(seed => FaultPlan.Everything(seed))];

        foreach (var plan in plans) await SettleOrdersAsync(plan);

        Assert.Empty(World.Wrong);
        // These functions keep nothing in Cosmos DB, whose faults have tests of their own.
        foreach (var fault in Enum.GetValues<Fault>().Where(fault => fault < Fault.CosmosThrottled))
            Assert.True(plans.Sum(plan => plan.Struck(fault)) > 0, $"{fault} never struck.");
    }

    [Theory]
    [InlineData(Fault.CrashBeforeCommit)]
    [InlineData(Fault.CrashAfterCommit)]
    public async Task A_crash_at_any_of_the_first_twelve_commits_loses_nothing(Fault crash)
    {
        for (var commit = 1; commit <= 12; commit++)
            await SettleOrdersAsync(new FaultPlan(2_000 + (100 * (int)crash) + commit).At(crash, commit), orders: 1);

        Assert.Empty(World.Wrong);
    }

    [Fact]
    public async Task An_activity_that_is_repeated_runs_twice_and_is_answered_once()
    {
        var plan = new FaultPlan(1001).With(Fault.RepeatActivity, 1);

        await SettleOrdersAsync(plan);

        Assert.Equal(2, World.Tries[$"reserved {Order(plan, 1)}"]);
    }

    [Theory]
    [InlineData(Fault.RedeliverMessage)]
    [InlineData(Fault.LoseLock)]
    public async Task A_message_that_comes_again_is_spared_at_its_third_delivery(Fault fault)
    {
        var plan = new FaultPlan(1_010 + (int)fault).With(fault, 1);

        await SettleOrdersAsync(plan);

        Assert.Equal(3, World.Tries[$"confirmed {Order(plan, 1)}"]);
    }

    [Fact]
    public async Task A_blob_that_is_told_of_twice_runs_its_function_twice()
    {
        var plan = new FaultPlan(1003).With(Fault.RedeliverBlob, 1);

        await SettleOrdersAsync(plan);

        Assert.Equal(2, World.Tries[$"arrived {Order(plan, 1)}"]);
    }

    async Task SettleOrdersAsync(FaultPlan plan, int orders = OrdersPerSeed)
    {
        sample.App.Inject(plan);
        string[] names = [.. Enumerable.Range(1, orders).Select(number => Order(plan, number))];
        var inbox = new BlobServiceClient(sample.App.StorageConnectionString)
            .GetBlobContainerClient("settlement-inbox");
        foreach (var name in names)
            await inbox.UploadBlobAsync($"orders/{name}", BinaryData.FromString($"content of {name}"), Cancellation);

        for (var hour = 0; hour < MostHours && !await AreSettledAsync(names); hour++)
            await Time.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);

        sample.App.Inject(null);
        await Time.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);
        foreach (var name in names) await CheckAsync(name, plan);
    }

    async Task<bool> AreSettledAsync(string[] orders)
    {
        foreach (var order in orders)
            if (await sample.App.Durable.GetInstanceAsync(order, Cancellation) is not { IsCompleted: true })
                return false;
        return true;
    }

    async Task CheckAsync(string order, FaultPlan plan)
    {
        var end = await sample.App.Durable.GetInstanceAsync(order, true, Cancellation);
        Assert.True(
            end?.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"{plan}: {order} is {end?.RuntimeStatus}.");
        Assert.Equal($"content of {order}!", end!.ReadOutputAs<string>());
        Assert.True(World.Tries.ContainsKey($"reserved {order}"), $"{plan}: {order} was never reserved.");
        Assert.True(
            World.Booked.TryGetValue(order, out var lines) && lines.SequenceEqual([1, 2, 3]),
            $"{plan}: {order} has the lines {string.Join(", ", lines ?? [])}.");
    }

    static string Order(FaultPlan plan, int number) => $"ord-{plan.Seed}-{number}";
}
