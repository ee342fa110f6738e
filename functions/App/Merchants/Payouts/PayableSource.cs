using System.Collections.Concurrent;
using Railyard.App.Ledger;
using Railyard.App.Payments;
using Railyard.App.Reconciliation;
using Railyard.App.Settlement;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;

namespace Railyard.App.Merchants.Payouts;

/// <summary>
/// Finds what the lines of a group of a file's shards settle for merchants: lines that match, lines whose fee alone differs
/// (that is between the acquirer and us), lines whose expectation came late, and lines on which a person has decided.
/// </summary>
public sealed class PayableSource(
    SettlementBlobs blobs, ShardResultStore results, DiscrepancyStore discrepancies, ExpectationStore expectations, PaymentStore payments)
{
    const int ReadsAtOnce = 8;

    /// <summary>The items by merchant, each once.</summary>
    internal async Task<ILookup<MerchantId, PayableItem>> ItemsAsync(SettlementFile file, int group, CancellationToken cancellation)
    {
        var lines = await LinesAsync(file.File, group, cancellation);
        var found = new List<(MerchantId Merchant, PayableItem Item)>();
        // First: of lines whose fees alone differ together, all but one are matches, which are a part of the whole.
        foreach (var one in await BreaksAsync(file, group, cancellation)) found.AddRange(await OfBreakAsync(one, cancellation));
        var matches = await results.MatchesAsync(file.File, group, cancellation);
        var ofLine = matches.CountBy(match => match.Line).ToDictionary();
        foreach (var parts in matches.Where(match => lines.ContainsKey(match.Line)).GroupBy(match => match.Expectation))
            if (Item([.. parts], lines, isShared: parts.Any(part => ofLine[part.Line] > 1)) is { } item)
                found.Add((parts.First().Merchant, item));
        return found.DistinctBy(one => one.Item.Id).ToLookup(one => one.Merchant, one => one.Item);
    }

    /// <summary>What a person's word on something that never came brings a merchant; null where it brings nothing.</summary>
    internal async Task<(MerchantId Merchant, PayableItem Item)?> OfMissingAsync(Discrepancy found, CancellationToken cancellation) =>
        await ExpectedAsync(found, found.Expectation!.Value, cancellation) is { } expected && ResolvedItem.Of(found, expected) is { } item
            ? (expected.Merchant, item)
            : null;

    /// <summary>The items with what is to be known of their cards, where a price depends on that.</summary>
    internal async Task<IReadOnlyList<PayableItem>> WithCardsAsync(
        IReadOnlyList<PayableItem> items, MerchantFees fees, CancellationToken cancellation)
    {
        if (!fees.DependsOnCard) return items;
        var facts = new ConcurrentDictionary<PaymentId, PaymentFacts>();
        await Parallel.ForEachAsync(
            items.Where(item => item.Brand is null).Select(item => item.Payment).OfType<PaymentId>().Distinct(),
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellation },
            async (payment, stop) => facts[payment] = PaymentFacts.Of(await payments.LoadAsync(payment, stop)));
        return [.. items.Select(item => item.Payment is { } payment && facts.TryGetValue(payment, out var known)
            ? item with { Brand = known.Brand, IssuerCountry = known.IssuerCountry }
            : item)];
    }

    // An expectation may be settled by several lines, and a line may settle several: then what it passes on is nobody's alone.
    static PayableItem? Item(IReadOnlyList<Match> parts, Dictionary<int, SettlementLine> lines, bool isShared)
    {
        var (first, amount) = (parts[0], parts.Select(part => part.Amount).Aggregate((sum, part) => sum + part));
        if (Item(lines[first.Line], first.Expectation, first.Payment, first.Operation, amount) is not { } item) return null;
        var passedOn = parts.Select(part => PassedOn(lines[part.Line], amount.Currency)).ToList();
        return item with
        {
            PassedOn = isShared || passedOn.Contains(null) ? null : passedOn.Select(one => one!.Value).Aggregate((sum, one) => sum + one),
        };
    }

    static PayableItem? Item(SettlementLine line, ExpectationId expectation, PaymentId payment, OperationId operation, Money amount)
    {
        if (PayableItem.KindOf(line.Kind) is not { } kind) return null;
        return new PayableItem
        {
            Id = PayableId.Of(expectation),
            Kind = kind,
            Gross = new Movement(amount, PayableItem.DirectionOf(kind) ?? line.Net.Direction),
            Payment = payment,
            Operation = operation,
            PassedOn = PassedOn(line, amount.Currency),
        };
    }

    // Null where the acquirer names neither, or in another currency: then it is not known, which is not nothing.
    static Balance? PassedOn(SettlementLine line, Currency currency)
    {
        var passed = line.Fees.Where(fee => fee.Kind is FeeKind.Interchange or FeeKind.SchemeFees).ToList();
        if (passed.Count == 0 || passed.Any(fee => fee.Amount.Currency != currency)) return null;
        return passed.Aggregate(
            Balance.Zero(currency), (sum, fee) => fee.Direction == Direction.Debit ? sum.Credit(fee.Amount) : sum.Debit(fee.Amount));
    }

    async Task<IReadOnlyList<(MerchantId Merchant, PayableItem Item)>> OfBreakAsync(Discrepancy found, CancellationToken cancellation)
    {
        if (found is not { Line: { } line }) return [];
        if (found.Kind == DiscrepancyKind.FeeDiffers) return await OfMetAsync(found, line, found.Expectation!.Value, cancellation);
        if (found.State is DiscrepancyState.Closed { Expectation: var late }) return await OfMetAsync(found, line, late, cancellation);
        if (found.Expectation is not { } wanted || await ExpectedAsync(found, wanted, cancellation) is not { } expected) return [];
        return ResolvedItem.Of(found, expected) is { } resolved ? [(expected.Merchant, resolved)] : [];
    }

    // What a line settles is what was expected: of all that it settles together with others, where there are others.
    async Task<IReadOnlyList<(MerchantId Merchant, PayableItem Item)>> OfMetAsync(
        Discrepancy found, SettlementLine line, ExpectationId first, CancellationToken cancellation)
    {
        var items = new List<(MerchantId Merchant, PayableItem Item)>();
        var bundle = await ExpectedAsync(found, first, cancellation) is { } met ? ResolutionEntries.BundleOf(met) : null;
        foreach (var id in bundle?.Expectations ?? [first])
        {
            if (await ExpectedAsync(found, id, cancellation) is not { } one) continue;
            var isMet = found.Kind == DiscrepancyKind.FeeDiffers || one.State is ExpectationState.Settled by && by.File == found.File && IsBy(by, line.Number);
            if (!isMet || Item(line, one.Id, one.Payment, one.Operation, one.Amount) is not { } item) continue;
            items.Add((one.Merchant, bundle is null ? item : item with { PassedOn = null }));
        }
        return items;
    }

    async Task<Expectation?> ExpectedAsync(Discrepancy found, ExpectationId id, CancellationToken cancellation) =>
        (await expectations.FindAsync(found.Acquirer, found.AcquirerReference, id, cancellation))?.Value;

    static bool IsBy(ExpectationState.Settled settled, int line) => settled.Line == line || settled.Bundle?.Lines.Contains(line) == true;

    async Task<IEnumerable<Discrepancy>> BreaksAsync(SettlementFile file, int group, CancellationToken cancellation)
    {
        var (first, last) = ShardGroups.Shards(group, file.Groups);
        var found = await discrepancies.OfFileAsync(file.Acquirer, file.File, first, last, cancellation);
        return found.Select(one => one.Discrepancy)
            .Where(one => one is { State: not DiscrepancyState.Superseded, GoneIn: null })
            .Where(one => one.Kind is DiscrepancyKind.FeeDiffers or DiscrepancyKind.MissingHere or DiscrepancyKind.Ambiguous
                or DiscrepancyKind.Duplicate or DiscrepancyKind.AmountDiffers or DiscrepancyKind.CurrencyDiffers);
    }

    async Task<Dictionary<int, SettlementLine>> LinesAsync(FileId file, int group, CancellationToken cancellation)
    {
        await using var stream = await blobs.ReadLinesAsync(file, group, cancellation);
        var lines = stream is null ? [] : await SettlementLines.ReadAllAsync(stream, cancellation);
        return lines.ToDictionary(line => line.Number);
    }
}
