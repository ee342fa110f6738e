using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.Core;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>A payment as it is listed: a row projected from its events.</summary>
sealed record IndexRow
{
    /// <summary>The payment's id; UUIDv7, so it sorts by time.</summary>
    public required PaymentId Id { get; init; }

    /// <summary>merchant|yyyy-MM of its creation: a partition that a large merchant does not outgrow.</summary>
    public required string Bucket { get; init; }

    /// <summary>The last event that the row knows of.</summary>
    public required int AsOf { get; init; }

    /// <summary>Its status then.</summary>
    public required PaymentStatus Status { get; init; }

    /// <summary>How much was asked for.</summary>
    public required Money Amount { get; init; }

    /// <summary>How much is captured.</summary>
    public required Money Captured { get; init; }

    /// <summary>How much is refunded.</summary>
    public required Money Refunded { get; init; }

    /// <summary>The merchant's own reference.</summary>
    public string? Reference { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A payment in a list.</summary>
sealed record ListedPayment(
    PaymentId Id,
    PaymentStatus Status,
    long Amount,
    string Currency,
    long AmountCaptured,
    long AmountRefunded,
    string? Reference,
    DateTimeOffset CreatedAt);

/// <summary>A page of a list, newest first.</summary>
sealed record PaymentPage(IReadOnlyList<ListedPayment> Items, string? NextCursor);

/// <summary>
/// Keeps the rows for listing, and lists them: newest first, month by month. Messages come in any order, and many at a
/// time: what a row knows of already changes nothing, and rows of one bucket that are new are written together.
/// </summary>
public sealed partial class PaymentIndex(Containers containers, TimeProvider time, ILogger<PaymentIndex> log)
{
    /// <summary>Its subscription to the topic.</summary>
    internal const string Subscription = "payment-index";

    const string Name = "IndexPayment";
    const int AtOnce = 32;
    const int MostTogether = 100;
    const int MostMonths = 24;
    const int MostRounds = 20;

    [Function(Name)]
    public Task Project(
        [ServiceBusTrigger(PaymentEvents.Topic, Subscription, IsBatched = true, AutoCompleteMessages = false, Connection = "ServiceBus")]
        ServiceBusReceivedMessage[] messages,
        ServiceBusMessageActions actions,
        FunctionContext context)
    {
        Measurements.Waited(Name, messages, time.GetUtcNow());
        var together = messages.Select(message => ReceivedEvent.Read(message, Subscription, "list the payment"))
            .GroupBy(received => (received.Published?.Merchant, received.Published is { } published ? Months.Of(published.Payment) : null))
            .SelectMany(bucket => bucket.Chunk(MostTogether));
        return Parallel.ForEachAsync(
            together,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = context.CancellationToken },
            async (some, stop) => await ProjectAsync(some, actions, stop));
    }

    async Task ProjectAsync(ReceivedEvent[] some, ServiceBusMessageActions actions, CancellationToken cancellation)
    {
        // Each tells of its payment as it stood then: the last is enough.
        var latest = some.Select(received => received.Published).OfType<PaymentEventMessage>()
            .GroupBy(published => published.Payment)
            .Select(of => of.MaxBy(published => published.AsOf)!)
            .ToList();
        var news = latest.Where(published => published.IsNews).ToList();
        var areWritten = news.Count > 1 && await TryCreateAsync(news, cancellation);
        var failed = new HashSet<PaymentId>();
        foreach (var published in latest.Where(published => !(areWritten && published.IsNews)))
            if (!await TrySaveAsync(published, cancellation)) failed.Add(published.Payment);
        await Task.WhenAll(some.Select(received => received.SettleAsync(
            received.Published is not { } published || !failed.Contains(published.Payment), actions, cancellation)));
    }

    internal async Task<PaymentPage> ListAsync(MerchantId merchant, PaymentListQuery query, CancellationToken cancellation)
    {
        var rows = new List<IndexRow>();
        var month = query.NewestMonth(time.GetUtcNow());
        for (var back = 0; back < MostMonths && rows.Count <= query.Limit && !(month < query.OldestMonth); back++)
        {
            rows.AddRange(await containers.PaymentIndex.FirstAsync<IndexRow>(
                Select(query), Months.Bucket(merchant, month), query.Limit + 1 - rows.Count, cancellation));
            month = month.AddMonths(-1);
        }
        return Page(rows, query, next: month);
    }

    // A range may be longer than one request reads: then the cursor is where the reading ended.
    static PaymentPage Page(List<IndexRow> rows, PaymentListQuery query, DateOnly next)
    {
        var items = rows.Take(query.Limit).Select(Listed).ToList();
        if (rows.Count > query.Limit) return new PaymentPage(items, items[^1].Id.Value);
        var isLeft = next >= query.OldestMonth;
        return new PaymentPage(items, isLeft ? Months.Floor(next.AddMonths(1)).Value : null);
    }

    static QueryDefinition Select(PaymentListQuery query)
    {
        var conditions = new List<string>();
        if (query.Before is not null) conditions.Add("c.id < @before");
        if (query.Status is not null) conditions.Add("c.status = @status");
        if (query.Reference is not null) conditions.Add("c.reference = @reference");
        if (query.CreatedFrom is not null) conditions.Add("c.created_at >= @from");
        if (query.CreatedTo is not null) conditions.Add("c.created_at < @to");
        var where = conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
        return new QueryDefinition($"SELECT * FROM c{where} ORDER BY c.id DESC")
            .WithParameter("@before", query.Before?.Value)
            .WithParameter("@status", query.Status is { } status ? Json.Word(status) : null)
            .WithParameter("@reference", query.Reference)
            .WithParameter("@from", Stored(query.CreatedFrom))
            .WithParameter("@to", Stored(query.CreatedTo));
    }

    // As the serializer writes moments of UTC, whose texts sort as they do: '+' comes before '.' and before every digit.
    static string? Stored(DateTimeOffset? moment) => moment is { } one ? JsonSerializer.SerializeToElement(one, Json.Storage).GetString() : null;

    // What cannot be written together is written one by one, and so is what may have been written.
    async Task<bool> TryCreateAsync(List<PaymentEventMessage> news, CancellationToken cancellation)
    {
        try
        {
            return await containers.PaymentIndex.TryCreateAllAsync(Bucket(news[0]), news.ConvertAll(Row), cancellation);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            NotTogether(news.Count, fault);
            return false;
        }
    }

    async Task<bool> TrySaveAsync(PaymentEventMessage published, CancellationToken cancellation)
    {
        try
        {
            await SaveAsync(Row(published), published.IsNews, cancellation);
            return true;
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            NotListed(published.Payment, fault);
            return false;
        }
    }

    async Task SaveAsync(IndexRow row, bool isNews, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = isNews && round == 0
                ? null
                : await containers.PaymentIndex.FindAsync<IndexRow>(row.Id.Value, row.Bucket, cancellation);
            if (stored?.Value.AsOf >= row.AsOf) return;
            if (await containers.PaymentIndex.TrySaveAsync(row.Id.Value, row.Bucket, row, stored?.ETag, cancellation) is not null) return;
        }
        throw new TimeoutException($"The row of {row.Id} changed {MostRounds} times while it was being changed.");
    }

    static string Bucket(PaymentEventMessage message) => Months.Bucket(message.Merchant, Months.Of(message.Payment)!.Value);

    static IndexRow Row(PaymentEventMessage message) => new()
    {
        Id = message.Payment,
        Bucket = Bucket(message),
        AsOf = message.AsOf,
        Status = message.Status,
        Amount = message.Amount,
        Captured = message.Captured,
        Refunded = message.Refunded,
        Reference = message.Reference,
        CreatedAt = message.CreatedAt,
    };

    static ListedPayment Listed(IndexRow row) => new(
        row.Id,
        row.Status,
        row.Amount.MinorUnits,
        row.Amount.Currency.Code,
        row.Captured.MinorUnits,
        row.Refunded.MinorUnits,
        row.Reference,
        row.CreatedAt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Rows} rows could not be written together and are written one by one")]
    partial void NotTogether(int rows, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Payment} could not be listed and is delivered again")]
    partial void NotListed(PaymentId payment, Exception fault);
}
