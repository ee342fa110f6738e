using Microsoft.Azure.Cosmos;
using Railyard.App.Payments;
using Railyard.Core;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>A delivery as kept: an endpoint's deliveries of a month share a partition.</summary>
sealed record DeliveryDocument(DeliveryId Id, string Endpoint, Delivery Delivery)
{
    public static DeliveryDocument Of(Delivery delivery) =>
        new(delivery.Id, Bucket(delivery.Endpoint, Months.Of(delivery.Id.At)), delivery);

    /// <summary>endpoint|yyyy-MM of the event: a partition that a busy endpoint does not outgrow.</summary>
    public static string Bucket(EndpointId endpoint, DateOnly month) => FormattableString.Invariant($"{endpoint}|{month:yyyy-MM}");
}

/// <summary>Keeps deliveries for 30 days from their last change.</summary>
public sealed class DeliveryStore(Containers containers, TimeProvider time)
{
    const int MostRounds = 20;

    // Kept for 30 days from the last change, of which a resend may be one.
    const int MostMonths = 4;

    /// <summary>The delivery, or null.</summary>
    public async Task<Delivery?> FindAsync(EndpointId endpoint, DeliveryId id, CancellationToken cancellation) =>
        (await ReadAsync(endpoint, id, cancellation))?.Value.Delivery;

    /// <summary>Writes a new delivery down; one of that id that is there already stays as it is. Whether it was new.</summary>
    public async Task<bool> CreateAsync(Delivery delivery, CancellationToken cancellation)
    {
        var document = DeliveryDocument.Of(delivery);
        return await containers.WebhookDeliveries.TryCreateAsync(document, document.Endpoint, cancellation) is not null;
    }

    /// <summary>
    /// Changes the delivery as it was read, or again as it has become; made twice, the change must be made once.
    /// Answering the very one it was given means that there is nothing to save.
    /// </summary>
    public async Task<Delivery> ChangeAsync(
        EndpointId endpoint, DeliveryId id, Func<Delivery, Delivery> change, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await ReadAsync(endpoint, id, cancellation) ?? throw new InvariantBroken($"There is no delivery {id}.");
            var changed = change(stored.Value.Delivery);
            if (ReferenceEquals(changed, stored.Value.Delivery)) return changed;
            var document = stored.Value with { Delivery = changed };
            if (await containers.WebhookDeliveries.TrySaveAsync(id.Value, document.Endpoint, document, stored.ETag, cancellation) is not null)
                return changed;
        }
        throw new TimeoutException($"{id} changed {MostRounds} times while it was being changed.");
    }

    /// <summary>At most so many deliveries to an endpoint, of the newest events first, before that place.</summary>
    internal async Task<IReadOnlyList<Delivery>> ListAsync(
        EndpointId endpoint, DeliveryId? before, DeliveryStatus? status, int limit, CancellationToken cancellation)
    {
        var found = new List<Delivery>();
        var month = Months.Of(before?.At ?? time.GetUtcNow());
        for (var back = 0; back < MostMonths && found.Count < limit; back++, month = month.AddMonths(-1))
        {
            var bucket = DeliveryDocument.Bucket(endpoint, month);
            found.AddRange(await ReadAsync(Newest(before, status), bucket, limit - found.Count, cancellation));
        }
        return found;
    }

    /// <summary>At most so many deliveries to an endpoint, of the oldest events first, after that place and before the end.</summary>
    internal async Task<IReadOnlyList<Delivery>> RangeAsync(
        EndpointId endpoint, DeliveryId after, DeliveryId end, int limit, CancellationToken cancellation)
    {
        var found = new List<Delivery>();
        var month = Months.Of(after.At);
        for (; month <= Months.Of(end.At) && found.Count < limit; month = month.AddMonths(1))
        {
            var query = new QueryDefinition("SELECT * FROM c WHERE c.id > @after AND c.id < @end ORDER BY c.id")
                .WithParameter("@after", after.Value)
                .WithParameter("@end", end.Value);
            var bucket = DeliveryDocument.Bucket(endpoint, month);
            found.AddRange(await ReadAsync(query, bucket, limit - found.Count, cancellation));
        }
        return found;
    }

    static QueryDefinition Newest(DeliveryId? before, DeliveryStatus? status)
    {
        var conditions = new List<string>();
        if (before is not null) conditions.Add("c.id < @before");
        if (status is not null) conditions.Add("c.delivery.status = @status");
        var where = conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
        return new QueryDefinition($"SELECT * FROM c{where} ORDER BY c.id DESC")
            .WithParameter("@before", before?.Value)
            .WithParameter("@status", status is { } wanted ? Json.Word(wanted) : null);
    }

    async Task<IEnumerable<Delivery>> ReadAsync(QueryDefinition query, string bucket, int limit, CancellationToken cancellation)
    {
        var found = await containers.WebhookDeliveries.FirstAsync<DeliveryDocument>(query, bucket, limit, cancellation);
        return found.Select(document => document.Delivery);
    }

    Task<Stored<DeliveryDocument>?> ReadAsync(EndpointId endpoint, DeliveryId id, CancellationToken cancellation) =>
        containers.WebhookDeliveries.FindAsync<DeliveryDocument>(
            id.Value, DeliveryDocument.Bucket(endpoint, Months.Of(id.At)), cancellation);
}
