namespace Railyard.Core.Settlement;

/// <summary>
/// Batches as they add up, one sum for each batch and net currency. All rows of a closed batch, its payout or carry
/// included, come to nothing.
/// </summary>
sealed class BatchSums
{
    /// <summary>Batches and currencies that one file may have; a file with more is not one of ours.</summary>
    public const int MostBatches = 10_000;

    readonly Dictionary<(string Batch, Currency Currency), Sum> sums = [];

    // The batch of one line is mostly that of the next.
    Sum? last;
    (string Batch, Currency Currency) lastKey;

    public bool IsFull => sums.Count >= MostBatches;

    /// <summary>False where the line opens a batch too many.</summary>
    public bool TryAdd(in LineFields line)
    {
        var key = (line.Batch, line.Net.Amount.Currency);
        if (last is not null && lastKey == key)
        {
            last.Add(line);
            return true;
        }
        if (!sums.TryGetValue(key, out var sum))
        {
            if (IsFull) return false;
            sums[key] = sum = new();
        }
        sum.Add(line);
        (last, lastKey) = (sum, key);
        return true;
    }

    /// <summary>Whether every batch has been paid out by a row, carried on, or came to nothing.</summary>
    public bool AreClosed(BatchRule rule) =>
        rule != BatchRule.NotClosed && sums.Count > 0 && sums.All(entry => IsClosed(rule, entry.Key.Batch, entry.Value) || entry.Value.Activity == 0);

    /// <summary>Payouts that no row tells of: each is what its batch comes to.</summary>
    public IReadOnlyList<BatchPayout> Implied() =>
    [
        .. sums
            .Where(entry => entry.Key.Batch.Length > 0 && !entry.Value.IsClosed && entry.Value.Payout is not null)
            .OrderBy(entry => entry.Key.Batch, StringComparer.Ordinal)
            .ThenBy(entry => entry.Key.Currency.Code, StringComparer.Ordinal)
            .Select(entry => Implied(entry.Key.Batch, entry.Key.Currency, entry.Value)),
    ];

    /// <summary>Closed batches that do not add up, in the order of their names.</summary>
    public IEnumerable<ControlFinding> Findings(BatchRule rule) => sums
        .Where(entry => IsClosed(rule, entry.Key.Batch, entry.Value) && entry.Value.Activity != entry.Value.PaidOut)
        .OrderBy(entry => entry.Key.Batch, StringComparer.Ordinal)
        .ThenBy(entry => entry.Key.Currency.Code, StringComparer.Ordinal)
        .Select(entry => Finding(entry.Key.Batch, entry.Key.Currency, entry.Value));

    static ControlFinding Finding(string batch, Currency currency, Sum sum) =>
        new(ControlRule.BatchNet, batch, null, $"{sum.Activity} {currency}", $"{sum.PaidOut} {currency}");

    // Rows that belong to no payout were paid out by hand, and no file breaks that down.
    static bool IsClosed(BatchRule rule, string batch, Sum sum) => sum.IsClosed && rule switch
    {
        BatchRule.PaidOutByRow => true,
        BatchRule.PaidOutAsBatch => batch.Length > 0,
        BatchRule.NotClosed => false,
    };

    static BatchPayout Implied(string batch, Currency currency, Sum sum)
    {
        var amount = new Money((long)Int128.Clamp(Int128.Abs(sum.Activity), 0, long.MaxValue), currency);
        var paid = new Movement(amount, sum.Activity < 0 ? Direction.Debit : Direction.Credit);
        return new(batch, paid, sum.Payout!.Reference, sum.Payout.PaidAt);
    }

    sealed class Sum
    {
        /// <summary>The payout that the latest line names.</summary>
        public ImpliedPayout? Payout { get; private set; }

        /// <summary>All rows but payouts; a carry to another batch counts as one of them.</summary>
        public Int128 Activity { get; private set; }

        public Int128 PaidOut { get; private set; }

        public bool IsClosed { get; private set; }

        public void Add(in LineFields line)
        {
            var net = line.Net.ToBalance().MinorUnits;
            if (line.Kind == LineKind.Payout) PaidOut -= net;
            else Activity += net;
            Payout = line.Payout ?? Payout;
            IsClosed |= line.Kind is LineKind.Payout or LineKind.Carry;
        }
    }
}
