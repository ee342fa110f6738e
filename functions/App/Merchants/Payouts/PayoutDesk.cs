using Railyard.App.Payments;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants.Payouts;

/// <summary>
/// Works out a merchant's payout of a day. What is in it is decided by one write; everything before only reads, everything
/// after follows from what was written and is caught up on where it was cut short.
/// </summary>
public sealed class PayoutDesk(
    PayoutStore payouts, PayableStore payables, PayableSource source, MerchantStore merchants, PayoutPostings postings, TimeProvider time)
{
    const int MostRounds = 10;
    const int MostPackets = 1_000;
    const int MostMonths = 240;
    const int WritesAtOnce = 8;

    /// <summary>What a run has to do for a merchant in a currency: the day's payout, and those that were not sent before.</summary>
    internal async Task<IReadOnlyList<RunEntry>> MakeAsync(
        PayoutRunId run, DateOnly day, MerchantId merchant, PayoutTerms terms, CancellationToken cancellation)
    {
        var calendar = terms.Schedule.Calendar(terms.Currency);
        if (!calendar.IsOpen(day)) return [];
        if (terms.Schedule.IsDueOn(day, calendar)) await DecideAsync(day, merchant, terms, cancellation);
        var entries = (await payouts.UnsentAsync(merchant, terms.Currency, cancellation))
            .Select(one => RunEntry.ToPay(run, one.Payout, terms.Account)).ToList();
        var ofDay = await payouts.FindAsync(merchant, PayoutId.Of(merchant, terms.Currency, day), cancellation);
        if (ofDay is { Status: PayoutStatus.Carried }) entries.Add(RunEntry.Carried(run, ofDay.Payout));
        return entries;
    }

    /// <summary>Looks into a month again that a payout has looked into before: something was settled in it late.</summary>
    internal async Task ReopenMonthAsync(MerchantId merchant, Currency currency, DateOnly month, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            if (await payouts.StandingAsync(merchant, currency, cancellation) is not { } stored || stored.Value.OpenSince <= month) return;
            if (await payouts.TrySaveAsync(stored.Value with { OpenSince = month }, stored.ETag, cancellation)) return;
        }
        throw new TimeoutException($"The standing of {merchant} in {currency} changed {MostRounds} times while it was being changed.");
    }

    async Task DecideAsync(DateOnly day, MerchantId merchant, PayoutTerms terms, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await payouts.StandingAsync(merchant, terms.Currency, cancellation);
            var standing = stored?.Value ?? await NewAsync(merchant, terms.Currency, cancellation);
            if (standing.Marking is { } unfinished)
            {
                await FinishAsync(standing, stored!.ETag, unfinished, cancellation);
                continue;
            }
            if (standing.LastDay >= day) return;
            if (await TryDecideAsync(day, standing, stored?.ETag, terms, cancellation)) return;
        }
        throw new TimeoutException($"The standing of {merchant} in {terms.Currency} changed {MostRounds} times while a payout was made.");
    }

    async Task<bool> TryDecideAsync(
        DateOnly day, StandingDocument standing, string? etag, PayoutTerms terms, CancellationToken cancellation)
    {
        var merchant = standing.Owner;
        var (due, later) = await DueAsync(day, standing, terms, cancellation);
        var (statement, after) = PayoutRule.Pay(terms, standing.Standing, [.. due.SelectMany(packet => packet.Totals)], day);
        // What is only carried from before is no news.
        if (statement.Lines.All(line => line.Kind == StatementLineKind.Carried)) return true;
        var payout = Payout.Of(merchant, day, statement, time.GetUtcNow());
        var document = PayoutDocument.Of(payout, terms, [.. due.Select(packet => new PacketPlace(packet.Id, packet.Bucket))]);
        var next = standing with
        {
            Standing = after, LastDay = day, Marking = payout.Id, OpenSince = later ?? Months.Of(time.GetUtcNow()).AddMonths(-1),
        };
        if (!await payouts.TryDecideAsync(document, next, etag, cancellation)) return false;
        if (await payouts.StandingAsync(merchant, terms.Currency, cancellation) is { Value.Marking: { } marking } written)
            await FinishAsync(written.Value, written.ETag, marking, cancellation);
        return true;
    }

    /// <summary>The packets that are due, with their fees, and the month of the first that is left open.</summary>
    async Task<(List<Packet> Due, DateOnly? Later)> DueAsync(
        DateOnly day, StandingDocument standing, PayoutTerms terms, CancellationToken cancellation)
    {
        var calendar = terms.Schedule.Calendar(terms.Currency);
        var (due, later, last) = (new List<Packet>(), (DateOnly?)null, Months.Of(time.GetUtcNow()));
        for (var (month, looked) = (standing.OpenSince, 0); month <= last && looked < MostMonths; month = month.AddMonths(1), looked++)
        {
            var open = await payables.OpenAsync(standing.Owner, terms.Currency, month, MostPackets + 1, cancellation);
            var taken = open.Where(packet => terms.Schedule.PayableOn(packet.At, calendar) <= day).Take(MostPackets - due.Count).ToList();
            if (taken.Count < open.Count) later ??= month;
            foreach (var packet in taken) due.Add(packet.IsPriced ? packet : await PriceAsync(packet, terms, cancellation));
        }
        return (due, later);
    }

    async Task<Packet> PriceAsync(Packet packet, PayoutTerms terms, CancellationToken cancellation)
    {
        var items = await payables.ItemsAsync(new(packet.Id, packet.Bucket), cancellation);
        var known = await source.WithCardsAsync([.. items.Select(one => one.Item)], terms.Fees, cancellation);
        var priced = await payables.PriceAsync(packet, [.. known.Select(terms.Fees.Price)], cancellation);
        await postings.ChargeAsync([priced], cancellation);
        return priced;
    }

    async Task FinishAsync(StandingDocument standing, string etag, PayoutId id, CancellationToken cancellation)
    {
        var payout = await payouts.FindAsync(standing.Owner, id, cancellation) ?? throw new InvariantBroken($"There is no payout {id}.");
        await Parallel.ForEachAsync(
            payout.Packets,
            new ParallelOptions { MaxDegreeOfParallelism = WritesAtOnce, CancellationToken = cancellation },
            async (packet, stop) => await payables.MarkAsync(packet, id, stop));
        await postings.FollowAsync(payout.Payout, cancellation);
        await payouts.TrySaveAsync(standing with { Marking = null }, etag, cancellation);
    }

    async Task<StandingDocument> NewAsync(MerchantId merchant, Currency currency, CancellationToken cancellation)
    {
        var found = await merchants.FindAsync(merchant, cancellation) ?? throw new InvariantBroken($"There is no merchant {merchant}.");
        return StandingDocument.New(merchant, currency, Months.Of(found.Value.CreatedAt));
    }
}
