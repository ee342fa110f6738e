using System.Collections.Concurrent;
using System.Net;
using Azure.Messaging.ServiceBus;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.Local.Runtime;
using Railyard.Local.Runtime.Testing;

namespace Railyard.Local.Tests.Runtime;

/// <summary>What host.json says (here by app settings, which overrule it) is what the running host does.</summary>
public sealed class HostLimitsTests(HostLimitsTests.Fixture sample) : IClassFixture<HostLimitsTests.Fixture>
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    static readonly TimeSpan SessionIdle = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Gathering = TimeSpan.FromSeconds(20);
    static readonly TimeSpan LongTurn = TimeSpan.FromMilliseconds(50);

    static readonly VirtualTime Time = new(new DateTimeOffset(2026, 7, 1, 0, 30, 0, TimeSpan.Zero))
    {
        Patience = TimeSpan.FromMilliseconds(200),
    };

    static readonly Gauge Calls = new();
    static readonly Gauge Sessions = new();
    static readonly Gauge Blobs = new();
    static readonly Gauge Activities = new();
    static readonly Gauge Turns = new();
    static readonly ConcurrentQueue<int> Batches = new();
    static readonly ConcurrentQueue<int> Gathered = new();
    static readonly ConcurrentQueue<string> Handled = new();
    static readonly ConcurrentDictionary<string, int> Tries = new();

    public sealed class Functions
    {
        [Function("Call")]
        public static async Task Call([ServiceBusTrigger("settlement-shards")] string body)
        {
            Handled.Enqueue(body);
            if (body.StartsWith("slow", StringComparison.Ordinal)) await Calls.StayAsync(Minute, Time);
            // Beyond the five minutes for which a lock is renewed where nothing else is said.
            if (body == "eight minutes") await Task.Delay(TimeSpan.FromMinutes(8), Time);
        }

        [Function("Batch")]
        public static void Batch([ServiceBusTrigger("webhook-deliveries", IsBatched = true)] string[] bodies) =>
            Batches.Enqueue(bodies.Length);

        [Function("Gather")]
        public static void Gather([ServiceBusTrigger("ledger-postings", IsBatched = true)] string[] bodies) =>
            Gathered.Enqueue(bodies.Length);

        [Function("Session")]
        public static async Task Session(
            [ServiceBusTrigger("payment-events", "payment-reviews", IsSessionsEnabled = true)] string body,
            string sessionId)
        {
            Handled.Enqueue(sessionId);
            if (body == "slow") await Sessions.StayAsync(Minute, Time);
        }

        [Function("Blob")]
        public static async Task Blob([BlobTrigger("settlement-inbox/limits/{name}")] string content, string name)
        {
            Tries.AddOrUpdate(name, 1, (_, before) => before + 1);
            if (content == "broken") throw new InvalidOperationException("broken");
            await Blobs.StayAsync(Minute, Time);
        }

        [Function(nameof(FanOut))]
        public static Task FanOut([OrchestrationTrigger] TaskOrchestrationContext context) =>
            Task.WhenAll(Enumerable.Range(0, 6).Select(number => context.CallActivityAsync(nameof(Work), number)));

        [Function(nameof(Work))]
        public static Task Work([ActivityTrigger] int number) => Activities.StayAsync(Minute + TimeSpan.FromTicks(number), Time);

        [Function(nameof(Ponder))]
        public static Task Ponder([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            using var never = new ManualResetEventSlim();
            Turns.Enter();
            never.Wait(LongTurn);
            Turns.Leave();
            return Task.CompletedTask;
        }

        [Function("Hello")]
        public static string Hello([HttpTrigger("get", Route = "hello")] HttpRequest request) => request.Method;
    }

    public sealed class Fixture : SampleApp
    {
        readonly Warnings warnings = new();

        internal IEnumerable<string> Warned => warnings.Lines;

        protected override Task<RunningApp> StartAsync() =>
            Sample.StartAsync<Functions>(new LocalOptions
            {
                Time = Time,
                Logging = logging => logging.AddProvider(warnings),
                Settings = new Dictionary<string, string?>
                {
                    [Setting("http:routePrefix")] = "v9",
                    [Setting("serviceBus:maxConcurrentCalls")] = "2",
                    [Setting("serviceBus:maxConcurrentSessions")] = "3",
                    [Setting("serviceBus:maxMessageBatchSize")] = "4",
                    [Setting("serviceBus:minMessageBatchSize")] = "3",
                    [Setting("serviceBus:maxBatchWaitTime")] = $"{Gathering}",
                    [Setting("serviceBus:maxAutoLockRenewalDuration")] = "00:10:00",
                    [Setting("serviceBus:sessionIdleTimeout")] = $"{SessionIdle}",
                    [Setting("serviceBus:prefetchCount")] = "7",
                    [Setting("blobs:poisonBlobThreshold")] = "2",
                    [Setting("blobs:maxDegreeOfParallelism")] = "1",
                    [Setting("durableTask:maxConcurrentActivityFunctions")] = "2",
                    [Setting("durableTask:maxConcurrentOrchestratorFunctions")] = "1",
                },
            });

        static string Setting(string name) => $"AzureFunctionsJobHost:extensions:{name}";
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MaxConcurrentCalls_is_how_many_messages_a_function_has_at_a_time()
    {
        await SendAsync("settlement-shards", [.. Enumerable.Range(0, 6).Select(number => new ServiceBusMessage($"slow {number}"))]);

        await Time.SettleAsync(Cancellation);
        var atOnce = Calls.Now;
        await Time.AdvanceAsync(3 * Minute, Cancellation);

        Assert.Equal((2, 2, 6), (atOnce, Calls.Most, Calls.Entered));
    }

    [Fact]
    public async Task MaxConcurrentSessions_is_how_many_sessions_a_function_has_at_a_time()
    {
        await SendAsync("payment-events", [.. Enumerable.Range(0, 5).Select(number => Of($"slow {number}", "slow"))]);

        await Time.SettleAsync(Cancellation);
        var atOnce = Sessions.Now;
        await Time.AdvanceAsync(10 * Minute, Cancellation);

        Assert.Equal((3, 3, 5), (atOnce, Sessions.Most, Sessions.Entered));
    }

    [Fact]
    public async Task SessionIdleTimeout_is_how_long_a_session_is_held_for_its_next_message()
    {
        await SendAsync("payment-events", Of("idle 1", "quick"), Of("idle 2", "quick"), Of("idle 3", "quick"));
        await Time.SettleAsync(Cancellation);
        await SendAsync("payment-events", Of("idle 4", "quick"));

        await Time.AdvanceAsync(SessionIdle - TimeSpan.FromSeconds(1), Cancellation);
        var isHandledBefore = Handled.Contains("idle 4");
        await Time.AdvanceAsync(TimeSpan.FromSeconds(1), Cancellation);

        Assert.False(isHandledBefore);
        Assert.Contains("idle 4", Handled);
        await Time.AdvanceAsync(2 * SessionIdle, Cancellation);
    }

    [Fact]
    public async Task MaxMessageBatchSize_is_how_many_messages_come_in_one_call()
    {
        await SendAsync("webhook-deliveries", [.. Enumerable.Range(0, 10).Select(number => new ServiceBusMessage($"{number}"))]);

        await Time.AdvanceAsync(Gathering, Cancellation);

        Assert.Equal((4, 10), (Batches.Max(), Batches.Sum()));
    }

    [Fact]
    public async Task MinMessageBatchSize_is_how_many_messages_a_call_waits_for_and_MaxBatchWaitTime_is_how_long()
    {
        await SendAsync("ledger-postings", new ServiceBusMessage("one"), new ServiceBusMessage("two"));
        await Time.AdvanceAsync(Gathering - TimeSpan.FromSeconds(1), Cancellation);
        await SendAsync("ledger-postings", new ServiceBusMessage("three"));
        await Time.SettleAsync(Cancellation);
        Assert.Equal([3], Gathered);

        // From the first message on, however many come after it.
        await SendAsync("ledger-postings", new ServiceBusMessage("four"));
        await Time.AdvanceAsync(Gathering - TimeSpan.FromSeconds(1), Cancellation);
        await SendAsync("ledger-postings", new ServiceBusMessage("five"));
        await Time.SettleAsync(Cancellation);
        Assert.Equal([3], Gathered);
        await Time.AdvanceAsync(TimeSpan.FromSeconds(1), Cancellation);
        Assert.Equal([3, 2], Gathered);
    }

    [Fact]
    public async Task MaxAutoLockRenewalDuration_is_how_long_a_function_may_take_over_its_message()
    {
        await SendAsync("settlement-shards", new ServiceBusMessage("eight minutes"));

        await Time.AdvanceAsync(TimeSpan.FromMinutes(30), Cancellation);

        Assert.Single(Handled, "eight minutes");
    }

    [Fact]
    public async Task Within_the_duplicate_window_a_function_is_called_once_for_a_message_id_and_after_it_again()
    {
        var queue = sample.App.ServiceBusConnectionString;
        await using var client = new ServiceBusClient(queue);
        var sender = client.CreateSender("settlement-shards");
        var window = TimeSpan.FromMinutes(10);

        await sender.SendMessageAsync(new("twin") { MessageId = "twin" }, Cancellation);
        await sender.SendMessageAsync(new("twin") { MessageId = "twin" }, Cancellation);
        await Time.AdvanceAsync(window - TimeSpan.FromSeconds(1), Cancellation);
        await sender.SendMessageAsync(new("twin") { MessageId = "twin" }, Cancellation);
        await Time.SettleAsync(Cancellation);
        var within = Handled.Count(body => body == "twin");
        await Time.AdvanceAsync(TimeSpan.FromSeconds(1), Cancellation);
        await sender.SendMessageAsync(new("twin") { MessageId = "twin" }, Cancellation);
        await Time.SettleAsync(Cancellation);

        Assert.Equal((1, 2), (within, Handled.Count(body => body == "twin")));
    }

    [Fact]
    public async Task PoisonBlobThreshold_is_how_often_a_blob_is_tried()
    {
        var poison = new QueueClient(
            sample.App.StorageConnectionString, "webjobs-blobtrigger-poison",
            new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await Inbox().UploadBlobAsync("limits/broken", BinaryData.FromString("broken"), Cancellation);

        await Time.SettleAsync(Cancellation);

        var message = Assert.Single((await poison.ReceiveMessagesAsync(2, null, Cancellation)).Value);
        Assert.Contains("limits/broken", message.Body.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, Tries["broken"]);
    }

    [Fact]
    public async Task MaxDegreeOfParallelism_is_how_many_blobs_are_in_hand_at_a_time()
    {
        foreach (var name in new[] { "limits/one", "limits/two", "limits/three" })
            await Inbox().UploadBlobAsync(name, BinaryData.FromString("lines"), Cancellation);

        await Time.SettleAsync(Cancellation);
        var atOnce = Blobs.Now;
        await Time.AdvanceAsync(4 * Minute, Cancellation);

        Assert.Equal((1, 1, 3), (atOnce, Blobs.Most, Blobs.Entered));
    }

    [Fact]
    public async Task MaxConcurrentActivityFunctions_is_how_many_activities_run_at_a_time()
    {
        var id = await sample.App.Durable.ScheduleNewOrchestrationInstanceAsync(nameof(Functions.FanOut), Cancellation);

        await Time.SettleAsync(Cancellation);
        var atOnce = Activities.Now;
        await Time.AdvanceAsync(4 * Minute, Cancellation);

        Assert.Equal((2, 2, 6), (atOnce, Activities.Most, Activities.Entered));
        Assert.True((await sample.App.Durable.GetInstanceAsync(id, Cancellation))!.IsCompleted);
    }

    [Fact]
    public async Task MaxConcurrentOrchestratorFunctions_is_how_many_orchestrators_take_a_turn_at_a_time()
    {
        for (var i = 0; i < 5; i++)
            await sample.App.Durable.ScheduleNewOrchestrationInstanceAsync(nameof(Functions.Ponder), Cancellation);

        await Time.SettleAsync(Cancellation);

        Assert.Equal((1, 5), (Turns.Most, Turns.Entered));
    }

    [Theory]
    [InlineData("v9/hello", HttpStatusCode.OK)]
    [InlineData("hello", HttpStatusCode.NotFound)]
    [InlineData("api/hello", HttpStatusCode.NotFound)]
    public async Task RoutePrefix_stands_before_every_route(string path, HttpStatusCode expected)
    {
        var answer = await sample.Client.GetAsync(new Uri(sample.App.Address, path), Cancellation);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public void A_setting_that_has_no_effect_is_reported_at_start()
    {
        Assert.Equal(
            ["host.json: extensions.serviceBus.prefetchCount has no effect on the local runtime"],
            sample.Warned.Where(line => line.StartsWith("host.json", StringComparison.Ordinal)));
    }

    BlobContainerClient Inbox() =>
        new BlobServiceClient(sample.App.StorageConnectionString).GetBlobContainerClient("settlement-inbox");

    async Task SendAsync(string entity, params ServiceBusMessage[] messages)
    {
        await using var client = new ServiceBusClient(sample.App.ServiceBusConnectionString);
        await client.CreateSender(entity).SendMessagesAsync(messages, Cancellation);
    }

    static ServiceBusMessage Of(string session, string body) =>
        new(body)
        {
            SessionId = session,
            MessageId = $"{session} {Time.GetUtcNow():O}",
            ApplicationProperties = { ["concerns_review"] = "true" },
        };

    sealed class Warnings : ILoggerProvider, ILogger
    {
        readonly ConcurrentQueue<string> lines = new();

        public IEnumerable<string> Lines => lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) lines.Enqueue(formatter(state, exception));
        }

        public void Dispose() { }
    }
}
