using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Functions.Worker;
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

/// <summary>A payment of which something waits for a person.</summary>
sealed record ReviewRow(PaymentId Id, string Bucket, int AsOf)
{
    /// <summary>Their one bucket: they are few, and whatever makes them many is to be seen in one place.</summary>
    public const string OnlyBucket = "under-review";
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

/// <summary>Keeps the rows for listing, and lists them: newest first, month by month.</summary>
public sealed class PaymentIndex(Containers containers, TimeProvider time)
{
    const int MostMonths = 24;
    const int MostRounds = 20;

    [Function("IndexPayment")]
    public Task Project(
        [ServiceBusTrigger(PaymentEvents.Topic, "payment-index", IsSessionsEnabled = true, Connection = "ServiceBus")]
        ServiceBusReceivedMessage message,
        FunctionContext context)
    {
        var published = PaymentEventMessage.Read(message);
        // What was published together tells the same of the payment; the last of it is enough.
        return published.Sequence < published.AsOf
            ? Task.CompletedTask
            : ProjectAsync(published, context.CancellationToken);
    }

    async Task ProjectAsync(PaymentEventMessage published, CancellationToken cancellation)
    {
        if (published.IsUnderReview) Measurements.Waits();
        // Before the row is written, which remembers: a crash in between does both again.
        if (published.IsUnderReview)
            await containers.PaymentIndex.UpsertAsync(
                new ReviewRow(published.Payment, ReviewRow.OnlyBucket, published.AsOf), ReviewRow.OnlyBucket, cancellation);
        else if (published.WasUnderReview)
            await containers.PaymentIndex.DeleteAsync(published.Payment.Value, ReviewRow.OnlyBucket, cancellation);
        await SaveAsync(Row(published), cancellation);
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

    async Task SaveAsync(IndexRow row, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            if (await containers.PaymentIndex.TryCreateAsync(row, row.Bucket, cancellation) is not null) return;
            var stored = await containers.PaymentIndex.FindAsync<IndexRow>(row.Id.Value, row.Bucket, cancellation);
            if (stored is null) continue;
            if (stored.Value.AsOf >= row.AsOf) return;
            if (await containers.PaymentIndex.TryReplaceAsync(row.Id.Value, row.Bucket, row, stored.ETag, cancellation) is not null) return;
        }
        throw new TimeoutException($"The row of {row.Id} changed {MostRounds} times while it was being changed.");
    }

    static IndexRow Row(PaymentEventMessage message) => new()
    {
        Id = message.Payment,
        Bucket = Months.Bucket(message.Merchant, Months.Of(message.Payment)!.Value),
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
}
