using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.App.Settlement;

namespace Railyard.App.Operations;

/// <summary>
/// Says whether the app takes payments, for which it needs its database, and whether files can come in as well.
/// </summary>
public sealed partial class Health(Containers containers, SettlementBlobs blobs, TimeProvider time, ILogger<Health> log)
{
    static readonly TimeSpan DatabaseAnswersWithin = TimeSpan.FromSeconds(5);
    static readonly TimeSpan StorageAnswersWithin = TimeSpan.FromMilliseconds(250);

    sealed record State(string Status, string Database, string Storage);

    [Function("Health")]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request,
        FunctionContext context)
    {
        var database = AnswersAsync("database", FindNothingAsync, DatabaseAnswersWithin, context.CancellationToken);
        var storage = AnswersAsync("storage", blobs.FindInboxAsync, StorageAnswersWithin, context.CancellationToken);
        return Of(await database, await storage);
    }

    // Without storage payments go on, so an instance that lacks only that is not taken out of service.
    static Answer Of(bool hasDatabase, bool hasStorage) => Answer.Of(
        hasDatabase ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
        new State(
            (hasDatabase, hasStorage) switch { (false, _) => "unhealthy", (_, false) => "degraded", _ => "healthy" },
            hasDatabase ? "up" : "down",
            hasStorage ? "up" : "down"));

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

    Task FindNothingAsync(CancellationToken cancellation) =>
        containers.ApiKeys.FindAsync<object>("health", "health", cancellation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {What} does not answer: {Fault}")]
    partial void Unanswered(string what, string fault);
}
