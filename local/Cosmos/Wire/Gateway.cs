using System.Buffers;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Railyard.Local.Cosmos.Catalog;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Cosmos.Wire;

/// <summary>What an opened file holds, ready to be asked.</summary>
sealed record Content(ResourceCatalog Catalog, ItemRequests Items)
{
    public AccountRequests Account { get; } = new(Catalog);
}

/// <summary>Every request: is it signed, what is it about, and who answers it.</summary>
sealed class Gateway(CosmosEndpointOptions options, Content first) : IHttpApplication<HttpContext>
{
    readonly ILogger log = options.Logging.CreateLogger<Gateway>();
    volatile Content content = first;

    public Uri? Address { get; set; }

    /// <summary>What requests are answered from, from now on.</summary>
    public void Serve(Content reopened) => content = reopened;

    public HttpContext CreateContext(IFeatureCollection contextFeatures) =>
        new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        Answer answer;
        try
        {
            answer = await AnswerAsync(context);
        }
        catch (BadHttpRequestException refusal)
        {
            answer = refusal.StatusCode == 413 ? Answer.TooLarge : Answer.BadRequest(refusal.Message);
        }
        catch (Exception fault) when (fault is InjectedCrash or ChannelClosedException)
        {
            // Whether a write took before the crash, its client cannot know.
            answer = new InjectedAnswer(503).ToAnswer();
        }
        catch (Exception fault) when (!context.RequestAborted.IsCancellationRequested)
        {
            log.LogError(fault, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
            answer = Answer.Refused(500, "InternalServerError", fault.Message);
        }
        if (answer.Container is { } container) Meters.RequestCharge.Add(container.Id, answer.Charge);
        await WriteAsync(context, answer);
    }

    async Task<Answer> AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var path = ResourcePath.Parse(context.Features.Get<IHttpRequestFeature>()!.RawTarget);
        // What the whole runtime has counted is no resource of the account, so nobody signs for it.
        if (path.Segments is ["local", "meters"]) return MeterReading.Take();
        var date = request.Headers["x-ms-date"].ToString();
        if (!Signature.Verifies(request.Headers.Authorization, request.Method, path, date))
            return Answer.Unauthorized(
                "The input authorization token can't serve the request: its signature differs.");
        if (path.Segments.Count == 0) return AccountRequests.Account(Address!);
        var body = await ReadBodyAsync(context);
        return await BetweenHooksAsync(
            FactsOf(request, path), () => AnswerAsync(content, path, body, context), context.RequestAborted);
    }

    static Task<Answer> AnswerAsync(
        Content content, ResourcePath path, ReadOnlyMemory<byte> body, HttpContext context) =>
        path.Segments is [_, _, "colls", _, "docs", ..]
            ? content.Items.AnswerAsync(context.Request, path, content.Catalog, body, context.RequestAborted)
            : content.Account.AnswerAsync(context.Request, path, body, context.RequestAborted);

    async Task<Answer> BetweenHooksAsync(
        RequestFacts facts, Func<Task<Answer>> operation, CancellationToken cancellation)
    {
        if (await AskAsync(options.Hooks.BeforeOperation, facts, cancellation) is { } instead) return instead;
        var answer = await operation();
        if (!facts.IsWrite || !answer.HasTakenEffect) return answer;
        return await AskAsync(options.Hooks.AfterCommit, facts, cancellation) ?? answer;
    }

    static async ValueTask<Answer?> AskAsync(
        RequestHook? hook, RequestFacts facts, CancellationToken cancellation) =>
        hook is null ? null : (await hook(facts, cancellation))?.ToAnswer();

    static RequestFacts FactsOf(HttpRequest request, ResourcePath path) =>
        new(request.Method, path.ResourceType, path.Container, path.Item, ItemRequests.IsWrite(request));

    static async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContext context)
    {
        if (context.Request.ContentLength is null or 0 && !HasChunkedBody(context)) return default;
        var reader = context.Request.BodyReader;
        while (true)
        {
            // Kestrel bounds the body (MaxRequestBodySize) and the pace at which it must arrive.
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    static bool HasChunkedBody(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;

    static async Task WriteAsync(HttpContext context, Answer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        WriteHeaders(context.Request.Headers, response.Headers, answer);
        if (answer.Body.Length == 0) return;
        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        await response.BodyWriter.WriteAsync(answer.Body, context.RequestAborted);
    }

    static void WriteHeaders(IHeaderDictionary request, IHeaderDictionary headers, Answer answer)
    {
        headers["x-ms-activity-id"] = request["x-ms-activity-id"];
        headers["x-ms-request-charge"] = answer.Charge.ToString("0.##", CultureInfo.InvariantCulture);
        if (answer.SubStatus != 0) headers["x-ms-substatus"] = Text(answer.SubStatus);
        if (answer.Etag is { } etag) headers.ETag = etag;
        if (answer.Continuation is { } continuation) headers["x-ms-continuation"] = continuation;
        if (answer.ItemCount is { } count) headers["x-ms-item-count"] = Text(count);
        if (answer.RetryAfterMilliseconds is { } wait) headers["x-ms-retry-after-ms"] = Text(wait);
        if (answer.Container is { } container) WriteSession(headers, container);
    }

    static void WriteSession(IHeaderDictionary headers, Container container)
    {
        headers["x-ms-session-token"] = SessionToken.Of(container);
        headers["lsn"] = Text(container.AcknowledgedLsn);
        headers["x-ms-content-path"] = container.ResourceId;
        headers["x-ms-alt-content-path"] =
            $"dbs/{Uri.EscapeDataString(container.Database.Id)}/colls/{Uri.EscapeDataString(container.Id)}";
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
