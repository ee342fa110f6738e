using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.App.Acquiring;
using Railyard.App.Settlement;

namespace Railyard.App.Operations;

/// <summary>
/// Says whether the app takes payments, for which it needs its database, its orchestrations and its messages, and whether
/// files can come in as well. Whether the process lives at all is a question of its own: it depends on nothing.
/// </summary>
public sealed partial class Health(
    Containers containers, SettlementBlobs blobs, ServiceBusClient bus, TimeProvider time, ILogger<Health> log)
{
    const string Nobody = "health";

    static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(5);
    static readonly TimeSpan StorageAnswersWithin = TimeSpan.FromMilliseconds(250);

    sealed record Life(string Status, DateTimeOffset At);

    sealed record State(string Status, string Database, string Orchestrations, string Messages, string Storage);

    [Function("IsAlive")]
    public Task<IResult> Live(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/live")] HttpRequest request, FunctionContext context) =>
        Task.FromResult<IResult>(Answer.Ok(new Life("alive", time.GetUtcNow())));

    [Function("Health")]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var database = AnswersAsync("database", FindNothingAsync, AnswersWithin, cancellation);
        var orchestrations = AnswersAsync("durable engine", stop => durable.GetInstanceAsync(Nobody, stop), AnswersWithin, cancellation);
        var queues = AnswersAsync("message broker", PeekAsync, AnswersWithin, cancellation);
        var storage = AnswersAsync("storage", blobs.FindInboxAsync, StorageAnswersWithin, cancellation);
        return Of(await database, await orchestrations, await queues, await storage);
    }

    // Without storage payments go on, so an instance that lacks only that is not taken out of service.
    static Answer Of(bool hasDatabase, bool hasOrchestrations, bool hasMessages, bool hasStorage)
    {
        var takesPayments = hasDatabase && hasOrchestrations && hasMessages;
        return Answer.Of(
            takesPayments ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            new State(
                (takesPayments, hasStorage) switch { (false, _) => "unhealthy", (_, false) => "degraded", _ => "healthy" },
                Word(hasDatabase),
                Word(hasOrchestrations),
                Word(hasMessages),
                Word(hasStorage)));
    }

    static string Word(bool answers) => answers ? "up" : "down";

    async Task<bool> AnswersAsync(
        string what, Func<CancellationToken, Task> ask, TimeSpan within, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            await ask(either.Token);
            return true;
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            Unanswered(what, fault.GetType().Name);
            return false;
        }
    }

    async Task PeekAsync(CancellationToken cancellation)
    {
        await using var messages = bus.CreateReceiver(NoticeQueue.Name);
        await messages.PeekMessageAsync(0, cancellation);
    }

    Task FindNothingAsync(CancellationToken cancellation) =>
        containers.ApiKeys.FindAsync<object>(Nobody, Nobody, cancellation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {What} does not answer: {Fault}")]
    partial void Unanswered(string what, string fault);
}
