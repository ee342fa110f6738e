using Railyard.App.Reconciliation;
using Railyard.App.Settlement;
using Railyard.Core;
using Railyard.Core.Ledger;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Ledger;

/// <summary>The entries of discrepancies that ended: a counterpart came late, or a person said so.</summary>
public sealed class ResolutionEntries(
    DiscrepancyStore discrepancies, ExpectationStore expectations, ShardResultStore results, SettlementFileStore files) : IRestatedEntries
{
    const char Separator = ':';

    /// <inheritdoc/>
    public LedgerSource Source => LedgerSource.Resolution;

    /// <summary>The id of a cause where a late counterpart explains a discrepancy.</summary>
    internal static string IdOf(DiscrepancyId discrepancy, ExpectationId expectation) => $"{discrepancy}{Separator}{expectation}";

    /// <inheritdoc/>
    public string KeyOf(LedgerCause cause) => cause.Document.Split(Separator)[0];

    /// <inheritdoc/>
    public Task<string?> StampAsync(LedgerCause cause, CancellationToken cancellation) => Task.FromResult<string?>(null);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JournalEntry>?> RestatedAsync(LedgerCause cause, CancellationToken cancellation)
    {
        var acquirer = new AcquirerName(cause.Partition);
        var parts = cause.Document.Split(Separator);
        var stored = await discrepancies.FindAsync(new DiscrepancyId(parts[0]), acquirer, cancellation)
            ?? throw new InvariantBroken($"There is no discrepancy {parts[0]}.");
        return stored.Value.Discrepancy switch
        {
            { State: DiscrepancyState.Resolved, GoneIn: null } => await OfPersonAsync(stored.Value, cancellation),
            { State: DiscrepancyState.Closed closed } => await OfLateAsync(stored.Value, closed.Expectation, cancellation),
            // It is told before it is closed.
            { State.IsOpen: true } when parts.Length > 1 => await OfLateAsync(stored.Value, new ExpectationId(parts[1]), cancellation),
            _ => [],
        };
    }

    // What was corrected elsewhere shows there on its own: both sides meet in what was written off.
    async Task<IReadOnlyList<JournalEntry>> OfPersonAsync(DiscrepancyDocument document, CancellationToken cancellation)
    {
        var found = document.Discrepancy;
        if (found.State is not DiscrepancyState.Resolved resolved) return [];
        var expected = found.Expectation is { } id
            ? (await expectations.FindAsync(found.Acquirer, found.AcquirerReference, id, cancellation))?.Value
            : null;
        return ResolutionPostings.Of(found, expected, resolved.Resolution.Kind != ResolutionKind.Accepted, document.ClosedAt!.Value);
    }

    async Task<IReadOnlyList<JournalEntry>> OfLateAsync(
        DiscrepancyDocument document, ExpectationId id, CancellationToken cancellation)
    {
        var found = document.Discrepancy;
        // What was missing is in a file by now, and settles with it.
        if (found.Line is not { } line) return [];
        if (await IsMatchedAsync(found, line, cancellation)) return [];
        var expected = (await expectations.FindAsync(found.Acquirer, found.AcquirerReference, id, cancellation))?.Value
            ?? throw new InvariantBroken($"{found.Id} is explained by {id}, which is not there.");
        var isWhole = BundleOf(expected) is null;
        if (await MeetingAsync(expected, found, line, cancellation) is not { IsSettled: true } met) return [];
        // Of a bundle each line is a part: by what it says itself.
        var amount = isWhole ? expected.Amount : SettledLine.Unexplained(line).Magnitude;
        var settled = new SettledLine(line, [new(expected.Merchant, amount)], isWhole ? met.AgreedFee : null);
        return SettlementPostings.OfLate(settled, found.Acquirer, found.Id.Value, document.FoundAt);
    }

    internal static Bundle? BundleOf(Expectation expected) => expected.State switch
    {
        ExpectationState.Settled settled => settled.Bundle,
        ExpectationState.Broken broken => broken.Bundle,
        _ => null,
    };

    // A join that was cut short may have found as a discrepancy what the next one matched: then the group has posted it.
    async Task<bool> IsMatchedAsync(Discrepancy found, SettlementLine line, CancellationToken cancellation)
    {
        var id = found.File ?? throw new InvariantBroken($"{found.Id} has a line of no file.");
        var file = await files.LoadAsync(id, cancellation);
        var group = ShardGroups.Of(ShardNumber.Of(line.AcquirerReference), file.Groups);
        if (file.Rejection is null && await results.FindAsync(id, group, file.Run, cancellation) is null) throw new TimeoutException($"{id} shards {group} are being joined.");
        return (await results.MatchesAsync(id, group, cancellation)).Any(match => match.Line == line.Number);
    }

    async Task<(bool IsSettled, Money? AgreedFee)> MeetingAsync(
        Expectation expected, Discrepancy found, SettlementLine line, CancellationToken cancellation)
    {
        var isOfBundle = BundleOf(expected)?.Lines.Contains(line.Number) == true;
        if (expected.State is ExpectationState.Settled settled)
            return (settled.File == found.File && (settled.Line == line.Number || isOfBundle), null);
        if (expected.State is not ExpectationState.Broken broken || broken.File != found.File) return default;
        if (broken.Line != line.Number && !isOfBundle) return default;
        var other = await discrepancies.FindAsync(broken.Discrepancy, found.Acquirer, cancellation);
        return (other?.Value.Discrepancy.Kind == DiscrepancyKind.FeeDiffers, expected.ExpectedFee);
    }
}
