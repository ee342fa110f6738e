using Railyard.App.Reconciliation;
using Railyard.App.Settlement;
using Railyard.Core;
using Railyard.Core.Ledger;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Ledger;

/// <summary>The entries of discrepancies that ended: a counterpart came late.</summary>
public sealed class ResolutionEntries(
    DiscrepancyStore discrepancies, ExpectationStore expectations, ShardResultStore results, SettlementFileStore files) : ICauseEntries
{
    const char Separator = ':';

    /// <inheritdoc/>
    public LedgerSource Source => LedgerSource.Resolution;

    /// <summary>The id of a cause where a late counterpart explains a discrepancy.</summary>
    internal static string IdOf(DiscrepancyId discrepancy, ExpectationId expectation) => $"{discrepancy}{Separator}{expectation}";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JournalEntry>> EntriesAsync(LedgerCause cause, CancellationToken cancellation)
    {
        var acquirer = new AcquirerName(cause.Partition);
        var parts = cause.Id.Split(Separator);
        var document = await discrepancies.FindAsync(acquirer, new DiscrepancyId(parts[0]), cancellation)
            ?? throw new InvariantBroken($"There is no discrepancy {parts[0]}.");
        return parts.Length == 1 ? [] : await OfLateAsync(document, new ExpectationId(parts[1]), cancellation);
    }

    async Task<IReadOnlyList<JournalEntry>> OfLateAsync(
        DiscrepancyDocument document, ExpectationId id, CancellationToken cancellation)
    {
        var found = document.Discrepancy;
        // What was missing is in a file by now, and settles with it.
        if (found.Line is not { } line) return [];
        if (await IsMatchedAsync(found, line, cancellation)) return [];
        var expected = await expectations.FindAsync(found.Acquirer, found.AcquirerReference, id, cancellation)
            ?? throw new InvariantBroken($"{found.Id} is explained by {id}, which is not there.");
        if (await AgreedFeeAsync(expected, found, line, cancellation) is not { IsSettled: true } met) return [];
        var settled = new SettledLine(line, [new(expected.Merchant, expected.Amount)], met.AgreedFee);
        return SettlementPostings.OfLate(settled, found.Acquirer, found.Id.Value, document.FoundAt);
    }

    // A join that was cut short may have found as a discrepancy what the next one matched: then the group has posted it.
    async Task<bool> IsMatchedAsync(Discrepancy found, SettlementLine line, CancellationToken cancellation)
    {
        var file = await files.LoadAsync(found.File, cancellation);
        var group = ShardGroups.Of(ShardNumber.Of(line.AcquirerReference), file.Groups);
        if (await results.FindAsync(found.File, group, cancellation) is null)
            throw new TimeoutException($"{found.File} shards {group} are being joined.");
        return (await results.MatchesAsync(found.File, group, cancellation)).Any(match => match.Line == line.Number);
    }

    async Task<(bool IsSettled, Money? AgreedFee)> AgreedFeeAsync(
        Expectation expected, Discrepancy found, SettlementLine line, CancellationToken cancellation)
    {
        if (expected.State is ExpectationState.Settled settled)
            return (settled.File == found.File && settled.Line == line.Number, null);
        if (expected.State is not ExpectationState.Broken broken || broken.File != found.File || broken.Line != line.Number) return default;
        var other = await discrepancies.FindAsync(found.Acquirer, broken.Discrepancy, cancellation);
        return (other?.Discrepancy.Kind == DiscrepancyKind.FeeDiffers, expected.ExpectedFee);
    }
}
