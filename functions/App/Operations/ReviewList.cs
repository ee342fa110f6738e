using Microsoft.Azure.Cosmos;
using Railyard.App.Payments;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;

namespace Railyard.App.Operations;

/// <summary>A page of what waits for a person, the oldest payment first.</summary>
sealed record ReviewPage(IReadOnlyList<ReviewWire> Items, string? NextCursor);

/// <summary>What waits for a person as the contract shows it.</summary>
sealed record ReviewWire(
    PaymentId Payment,
    MerchantId Merchant,
    ReviewKind Kind,
    string Subject,
    string Acquirer,
    long Amount,
    string Currency,
    string Evidence,
    DateTimeOffset Since)
{
    public static ReviewWire Of(Payment payment, ReviewItem item) => new(
        payment.Id,
        payment.Merchant,
        item.Kind,
        item.Subject,
        item.Acquirer.Value,
        item.Amount.MinorUnits,
        item.Amount.Currency.Code,
        item.Evidence,
        item.Since);
}

/// <summary>
/// Lists what waits for a person. Which payments those are is a list beside the index, kept from their events; what there
/// is to settle is read from each payment as it stands.
/// </summary>
public sealed class ReviewList(Containers containers, PaymentStore payments)
{
    internal async Task<ReviewPage> ReadAsync(int limit, PaymentId? after, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.id > @after ORDER BY c.id")
            .WithParameter("@after", after?.Value ?? "");
        var rows = await containers.PaymentIndex.FirstAsync<ReviewRow>(query, ReviewRow.OnlyBucket, limit + 1, cancellation);
        var items = new List<ReviewWire>();
        foreach (var row in rows.Take(limit))
        {
            if (await payments.FindAsync(row.Id, cancellation) is not { } payment) continue;
            items.AddRange(Reviews.Of(payment).Select(item => ReviewWire.Of(payment, item)));
        }
        return new ReviewPage(items, rows.Count > limit ? rows[limit - 1].Id.Value : null);
    }
}
