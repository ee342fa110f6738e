using Microsoft.Azure.Cosmos;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants.Payouts;

/// <summary>The payout terms of a merchant; all merchants' are one partition, for the day on which all are paid.</summary>
sealed record TermsDocument(MerchantId Id, string Owner, MerchantTerms Terms, DateTimeOffset UpdatedAt)
{
    public const string OnlyOwner = "terms";
}

/// <summary>Keeps on what terms merchants are paid.</summary>
public sealed class TermsStore(Containers containers)
{
    /// <summary>The terms; of a merchant without any there are none in no currency, and no ETag.</summary>
    internal async Task<(MerchantTerms Terms, string? ETag)> LoadAsync(MerchantId merchant, CancellationToken cancellation) =>
        await containers.Payouts.FindAsync<TermsDocument>(merchant.Value, TermsDocument.OnlyOwner, cancellation) is { } found
            ? (found.Value.Terms, found.ETag)
            : (new MerchantTerms([], Hold: null), null);

    /// <summary>Saves them as they were read; null where they have changed since.</summary>
    internal async Task<string?> TrySaveAsync(
        MerchantId merchant, MerchantTerms terms, string? etag, DateTimeOffset now, CancellationToken cancellation)
    {
        var document = new TermsDocument(merchant, TermsDocument.OnlyOwner, terms, now);
        return (await containers.Payouts.TrySaveAsync(merchant.Value, TermsDocument.OnlyOwner, document, etag, cancellation))?.ETag;
    }

    /// <summary>At most so many merchants with terms, in the order of their ids, after that one.</summary>
    internal async Task<IReadOnlyList<(MerchantId Merchant, MerchantTerms Terms)>> AfterAsync(
        string merchant, int limit, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.id > @after ORDER BY c.id").WithParameter("@after", merchant);
        var found = await containers.Payouts.FirstAsync<TermsDocument>(query, TermsDocument.OnlyOwner, limit, cancellation);
        return [.. found.Select(one => (one.Id, one.Terms))];
    }
}
