using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants.Payouts;

/// <summary>A payout as a document, with the packets that are in it and the terms it was worked out by.</summary>
sealed record PayoutDocument(
    PayoutId Id, MerchantId Owner, string Place, PayoutStatus Status, Payout Payout, PayoutTerms Terms, IReadOnlyList<PacketPlace> Packets)
{
    public static PayoutDocument Of(Payout payout, PayoutTerms terms, IReadOnlyList<PacketPlace> packets) =>
        new(payout.Id, payout.Merchant, $"{payout.Day:yyyy-MM-dd} {payout.Id}", payout.Status, payout, terms, packets);

    public PayoutDocument With(Payout payout) => this with { Payout = payout, Status = payout.Status };
}

/// <summary>How a merchant stands in a currency, and what is known of the payouts so far.</summary>
/// <param name="LastDay">The day of the last payout: an earlier one is no longer made.</param>
/// <param name="Marking">A payout whose packets are perhaps not all marked yet.</param>
/// <param name="OpenSince">No packet of an earlier month is open.</param>
sealed record StandingDocument(
    string Id, MerchantId Owner, MerchantStanding Standing, DateOnly? LastDay, PayoutId? Marking, DateOnly OpenSince)
{
    public static string IdOf(Currency currency) => $"standing-{currency}";

    public static StandingDocument New(MerchantId merchant, Currency currency, DateOnly since) =>
        new(IdOf(currency), merchant, MerchantStanding.New(currency), null, null, since);
}

/// <summary>Whose a payout is: what comes back from the bank names only the payout.</summary>
sealed record PayoutPlace(string Id, PayoutId Owner, MerchantId Merchant)
{
    public const string OnlyId = "merchant";
}

/// <summary>What came of the bank's word on a payout.</summary>
public enum BankWord { Applied, KnownBefore, NoPayoutOfOurs, NotExpected }

/// <summary>Keeps payouts and how merchants stand; all of a merchant's is one partition, so that both change in one write.</summary>
public sealed class PayoutStore(Containers containers, PayoutPostings postings, TimeProvider time)
{
    const int MostRounds = 20;
    const int MostUnsent = 1_000;

    internal async Task<PayoutDocument?> FindAsync(MerchantId merchant, PayoutId id, CancellationToken cancellation) =>
        id.Value.StartsWith(PayoutId.Prefix, StringComparison.Ordinal)
            ? (await containers.Payouts.FindAsync<PayoutDocument>(id.Value, merchant.Value, cancellation))?.Value
            : null;

    internal Task<Stored<StandingDocument>?> StandingAsync(MerchantId merchant, Currency currency, CancellationToken cancellation) =>
        containers.Payouts.FindAsync<StandingDocument>(StandingDocument.IdOf(currency), merchant.Value, cancellation);

    /// <summary>At most so many payouts of a merchant, newest first, after that place.</summary>
    internal Task<List<PayoutDocument>> ListAsync(
        MerchantId merchant, PayoutStatus? status, string? before, int limit, CancellationToken cancellation)
    {
        var conditions = new List<string> { "IS_DEFINED(c.place)" };
        if (status is not null) conditions.Add("c.status = @status");
        if (before is not null) conditions.Add("c.place < @before");
        var query = new QueryDefinition($"SELECT * FROM c WHERE {string.Join(" AND ", conditions)} ORDER BY c.place DESC")
            .WithParameter("@status", status is { } wanted ? Json.Word(wanted) : null)
            .WithParameter("@before", before);
        return containers.Payouts.FirstAsync<PayoutDocument>(query, merchant.Value, limit, cancellation);
    }

    /// <summary>Payouts of a merchant that are to be sent and are not: never sent, or sent back.</summary>
    internal async Task<List<PayoutDocument>> UnsentAsync(MerchantId merchant, Currency currency, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.status = 'awaiting_approval' OR c.status = 'reopened'");
        var found = await containers.Payouts.FirstAsync<PayoutDocument>(query, merchant.Value, MostUnsent, cancellation);
        return [.. found.Where(one => one.Terms.Currency == currency)];
    }

    /// <summary>
    /// Writes a payout, and how the merchant stands after it, in one write; false where somebody was faster. From then on it
    /// is decided what is in the payout, and that nothing of it is in another.
    /// </summary>
    internal async Task<bool> TryDecideAsync(
        PayoutDocument payout, StandingDocument after, string? etag, CancellationToken cancellation)
    {
        var batch = containers.Payouts.CreateTransactionalBatch(new PartitionKey(payout.Owner.Value));
        batch = batch.CreateItemStream(Serialize(payout));
        batch = etag is null
            ? batch.CreateItemStream(Serialize(after))
            : batch.ReplaceItemStream(after.Id, Serialize(after), new TransactionalBatchItemRequestOptions { IfMatchEtag = etag });
        using var answer = await batch.ExecuteAsync(cancellation);
        if (answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed or HttpStatusCode.NotFound) return false;
        return answer.IsSuccessStatusCode ? true : throw new StorageFault($"Deciding {payout.Id}", answer.StatusCode, answer.ErrorMessage);
    }

    /// <summary>Saves how a merchant stands; false where that has changed since it was read.</summary>
    internal async Task<bool> TrySaveAsync(StandingDocument standing, string etag, CancellationToken cancellation) =>
        await containers.Payouts.TrySaveAsync(standing.Id, standing.Owner.Value, standing, etag, cancellation) is not null;

    /// <summary>
    /// Changes a payout as it was read, or again as it has become, and posts what that did to the books. Null from the change
    /// means no, and so does none of that id.
    /// </summary>
    internal async Task<(Payout? Payout, bool IsChanged)> ChangeAsync(
        MerchantId merchant, PayoutId id, Func<Payout, Payout?> change, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            if (await containers.Payouts.FindAsync<PayoutDocument>(id.Value, merchant.Value, cancellation) is not { } stored) return (null, false);
            if (change(stored.Value.Payout) is not { } changed) return (null, false);
            var isChanged = !ReferenceEquals(changed, stored.Value.Payout);
            if (isChanged && await containers.Payouts.TrySaveAsync(
                    id.Value, merchant.Value, stored.Value.With(changed), stored.ETag, cancellation) is null) continue;
            // Also where nothing changed: the last time may have ended before it was posted.
            await postings.FollowAsync(changed, cancellation);
            return (changed, isChanged);
        }
        throw new TimeoutException($"{id} changed {MostRounds} times while it was being changed.");
    }

    /// <summary>Notes whose a payout is, before the bank hears of it.</summary>
    internal Task PlaceAsync(Payout payout, CancellationToken cancellation) => containers.Payouts.TryCreateAsync(
        new PayoutPlace(PayoutPlace.OnlyId, payout.Id, payout.Merchant), payout.Id.Value, cancellation);

    /// <summary>Our bank's statement shows that a payout has left: it is paid.</summary>
    /// <param name="endToEndId">As the statement has it; what is none of ours is no payout of ours.</param>
    public Task<BankWord> MarkPaidAsync(string endToEndId, CancellationToken cancellation) =>
        HearAsync(endToEndId, (payout, attempt) => payout.Settle(attempt, time.GetUtcNow()), cancellation);

    /// <summary>The bank has refused a payout (pain.002) or sent it back (a return on its statement): it is open again.</summary>
    /// <param name="endToEndId">As the bank has it.</param>
    /// <param name="fault">Why, in the bank's own words.</param>
    public Task<BankWord> ReopenAsync(string endToEndId, string fault, CancellationToken cancellation) =>
        HearAsync(endToEndId, (payout, attempt) => payout.Reopen(attempt, fault, time.GetUtcNow()), cancellation);

    async Task<BankWord> HearAsync(string endToEndId, Func<Payout, int, Payout?> change, CancellationToken cancellation)
    {
        if (PayoutId.Read(endToEndId) is not var (id, attempt)) return BankWord.NoPayoutOfOurs;
        if (await containers.Payouts.FindAsync<PayoutPlace>(PayoutPlace.OnlyId, id.Value, cancellation) is not { } place) return BankWord.NoPayoutOfOurs;
        var (payout, isChanged) = await ChangeAsync(place.Value.Merchant, id, found => change(found, attempt), cancellation);
        if (payout is null) return BankWord.NotExpected;
        return isChanged ? BankWord.Applied : BankWord.KnownBefore;
    }

    static MemoryStream Serialize<T>(T value) => new(JsonSerializer.SerializeToUtf8Bytes(value, Json.Storage));
}
