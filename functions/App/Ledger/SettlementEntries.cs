using Railyard.App.Reconciliation;
using Railyard.App.Settlement;
using Railyard.Core;
using Railyard.Core.Ledger;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Ledger;

/// <summary>The entries of a group of shards that was joined: from its lines, its matches and its discrepancies.</summary>
public sealed class SettlementGroupEntries(
    SettlementFileStore files,
    SettlementBlobs blobs,
    ShardResultStore results,
    DiscrepancyStore discrepancies,
    ExpectationStore expectations) : IRestatedEntries
{
    /// <inheritdoc/>
    public LedgerSource Source => LedgerSource.SettlementGroup;

    /// <inheritdoc/>
    public string KeyOf(LedgerCause cause) => $"{cause.Partition}:{cause.Document}";

    /// <inheritdoc/>
    public async Task<string?> StampAsync(LedgerCause cause, CancellationToken cancellation) =>
        $"{(await files.LoadAsync(new FileId(cause.Partition), cancellation)).Run}";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JournalEntry>?> RestatedAsync(LedgerCause cause, CancellationToken cancellation)
    {
        var file = await files.LoadAsync(new FileId(cause.Partition), cancellation);
        var group = Enumerable.Range(0, file.Groups).First(number => ShardResult.IdOf(number) == cause.Document);
        if (await results.FindAsync(file.File, group, file.Run, cancellation) is null) return null;
        var entries = await EntriesAsync(file, group, cancellation);
        // What was read while a later run was writing may be of both.
        return (await files.LoadAsync(file.File, cancellation)).Run == file.Run ? entries : null;
    }

    async Task<IReadOnlyList<JournalEntry>> EntriesAsync(SettlementFile file, int group, CancellationToken cancellation)
    {
        var lines = await LinesAsync(file, group, cancellation);
        var matches = (await results.MatchesAsync(file.File, group, cancellation)).ToLookup(match => match.Line);
        var found = await OnlyFeesDifferAsync(file, group, cancellation);
        var settled = new List<SettledLine>(lines.Count);
        foreach (var line in lines)
            settled.Add(matches[line.Number].Any()
                ? new(line, [.. matches[line.Number].Select(match => new SettledPart(match.Merchant, match.Amount))])
                : found.TryGetValue(line.Number, out var one) ? await WithAgreedFeeAsync(line, one, cancellation)
                : SettledLine.Unexplained(line));
        return SettlementPostings.Of(new SettledGroup(file.File, file.Acquirer, group, EffectiveAt(file), settled));
    }

    /// <summary>When a file takes effect.</summary>
    internal static DateTimeOffset EffectiveAt(SettlementFile file) => file.EffectiveAt ?? PostingDate.Of(file.Parsed?.ClosedAt, file.ReceivedAt);

    // A line that nothing explained at first waits, whatever was found out since: what is late is posted by itself.
    async Task<Dictionary<int, Discrepancy>> OnlyFeesDifferAsync(SettlementFile file, int group, CancellationToken cancellation)
    {
        var (first, last) = ShardGroups.Shards(group, file.Groups);
        var found = await discrepancies.OfFileAsync(file.Acquirer, file.File, first, last, cancellation);
        return found.Select(one => one.Discrepancy)
            .Where(one => one is { Line: not null, State: not DiscrepancyState.Superseded, GoneIn: null })
            .GroupBy(one => one.Line!.Number)
            .Where(line => line.All(one => one.Kind == DiscrepancyKind.FeeDiffers))
            .ToDictionary(line => line.Key, line => line.First());
    }

    async Task<SettledLine> WithAgreedFeeAsync(SettlementLine line, Discrepancy found, CancellationToken cancellation)
    {
        var expected = (await expectations.FindAsync(found.Acquirer, found.AcquirerReference, found.Expectation!.Value, cancellation))?.Value
            ?? throw new InvariantBroken($"{found.Id} differs from an expectation that is not there.");
        return ResolutionEntries.BundleOf(expected) is null
            ? new SettledLine(line, [new(expected.Merchant, expected.Amount)], expected.ExpectedFee)
            : new SettledLine(line, [new(expected.Merchant, SettledLine.Unexplained(line).Magnitude)]);
    }

    async Task<List<SettlementLine>> LinesAsync(SettlementFile file, int group, CancellationToken cancellation)
    {
        await using var stream = await blobs.ReadLinesAsync(file.File, group, cancellation);
        return stream is null ? [] : await SettlementLines.ReadAllAsync(stream, cancellation);
    }
}

/// <summary>The entries of a file's batches: what was charged, held, carried and paid out.</summary>
public sealed class SettlementFileEntries(SettlementFileStore files) : IRestatedEntries
{
    /// <inheritdoc/>
    public LedgerSource Source => LedgerSource.SettlementFile;

    /// <inheritdoc/>
    public string KeyOf(LedgerCause cause) => $"{cause.Partition}:{cause.Document}";

    /// <inheritdoc/>
    public async Task<string?> StampAsync(LedgerCause cause, CancellationToken cancellation) =>
        $"{(await files.LoadAsync(new FileId(cause.Partition), cancellation)).Run}";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JournalEntry>?> RestatedAsync(LedgerCause cause, CancellationToken cancellation)
    {
        var file = await files.LoadAsync(new FileId(cause.Partition), cancellation);
        return file.Parsed is null
            ? null
            : BatchPostings.Of(file.File, file.Acquirer, file.Parsed, SettlementGroupEntries.EffectiveAt(file));
    }
}
