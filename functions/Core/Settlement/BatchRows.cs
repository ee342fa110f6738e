namespace Railyard.Core.Settlement;

/// <summary>What the rows of a kind that need no counterpart did to a batch, in one currency; below nothing where it was charged or taken.</summary>
public sealed record BatchRow(string Batch, LineKind Kind, Balance Net);

/// <summary>Adds up what is charged to batches, held back, released, carried and paid in. Payouts are kept one by one elsewhere.</summary>
sealed class BatchRows
{
    // Batches, kinds and currencies that one file may have together: they are kept in its document.
    const int MostRows = 5_000;

    readonly Dictionary<(string Batch, LineKind Kind, Currency Currency), Int128> sums = [];

    /// <summary>Counts a line, if it is one of the batch.</summary>
    public void Add(in LineFields line)
    {
        if (Treatment.Ignores(line.Kind) is null or IgnoredReason.PartOfCapture || line.Kind == LineKind.Payout) return;
        var key = (line.Batch, line.Kind, line.Net.Amount.Currency);
        if (sums.Count < MostRows || sums.ContainsKey(key))
            sums[key] = sums.GetValueOrDefault(key) + line.Net.ToBalance().MinorUnits;
    }

    /// <summary>What they come to so far, in the order of their batches.</summary>
    public IReadOnlyList<BatchRow> Result() =>
    [
        .. sums.OrderBy(sum => sum.Key.Batch, StringComparer.Ordinal)
            .ThenBy(sum => sum.Key.Kind)
            .ThenBy(sum => sum.Key.Currency.Code, StringComparer.Ordinal)
            .Select(sum => new BatchRow(sum.Key.Batch, sum.Key.Kind, new Balance(Nearest(sum.Value), sum.Key.Currency))),
    ];

    static long Nearest(Int128 sum) => (long)Int128.Clamp(sum, -long.MaxValue, long.MaxValue);
}
