using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Railyard.App.Operations;

/// <summary>GET /ops/v1/dead-letters and GET /ops/v1/dead-letters/{queue}: what nobody could process, and why.</summary>
public sealed class ReadDeadLetters(DeadLetters deadLetters)
{
    [Function("ListDeadLetterQueues")]
    public async Task<IResult> Queues(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/dead-letters")] HttpRequest request, FunctionContext context)
    {
        var errors = new List<FieldError>();
        new Parameters(request.Query, errors).RefuseOthers();
        if (errors.Count > 0) return Problem.Invalid(errors);
        var counts = await Task.WhenAll(DeadLetterSource.All.Select(source => CountedAsync(source, context.CancellationToken)));
        return Answer.Ok(new DeadLetterQueueList(counts));
    }

    [Function("ListDeadLetters")]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/dead-letters/{queue}")] HttpRequest request,
        string queue,
        FunctionContext context)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(request.Query, errors);
        var (limit, after) = (parameters.Limit(), parameters.Cursor(Number) ?? 0);
        parameters.RefuseOthers();
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (DeadLetterSource.Find(queue) is not { } source) return Problem.NotFound("queue");
        var found = await deadLetters.PeekAsync(source, after + 1, limit, context.CancellationToken);
        return Answer.Ok(new DeadLetterPage(
            [.. found.Select(DeadLetterWire.Of)], found.Count == limit ? $"{found[^1].SequenceNumber}" : null));
    }

    async Task<DeadLetterQueueWire> CountedAsync(DeadLetterSource source, CancellationToken cancellation)
    {
        var count = await deadLetters.CountAsync(source, cancellation);
        return new DeadLetterQueueWire(source.Name, source.Topic, count.Count, count.HasMore, count.OldestAt);
    }

    static long? Number(string cursor) =>
        long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>Every queue with the number of its dead letters.</summary>
sealed record DeadLetterQueueList(IReadOnlyList<DeadLetterQueueWire> Items);

/// <summary>A queue as the contract shows it.</summary>
sealed record DeadLetterQueueWire(string Queue, string? Topic, int Count, bool HasMore, DateTimeOffset? OldestAt);

/// <summary>A page of dead letters, oldest first.</summary>
sealed record DeadLetterPage(IReadOnlyList<DeadLetterWire> Items, string? NextCursor);
