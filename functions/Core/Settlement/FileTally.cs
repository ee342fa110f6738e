namespace Railyard.Core.Settlement;

/// <summary>What reading a whole file came to.</summary>
public sealed record ParsedFile(
    int Lines,
    int Quarantined,
    IReadOnlyDictionary<IgnoredReason, int> Ignored,
    IReadOnlyList<CurrencyTotals> Totals,
    Control Control,
    DateTimeOffset? ClosedAt,
    IReadOnlyList<BatchPayout> Payouts)
{
    /// <summary>What is charged to batches, held back, released and carried, for the ledger.</summary>
    public IReadOnlyList<BatchRow> BatchRows { get; init; } = [];
}

/// <summary>
/// Counts a file while it is read: its lines, its totals, its control, and when it was closed.
/// </summary>
public sealed class FileTally
{
    /// <summary>More findings than this are counted, not listed.</summary>
    public const int ListedFindings = 100;

    readonly BatchSums batches = new();
    readonly BatchRows batchRows = new();
    readonly SortedDictionary<string, Sums> totals = new(StringComparer.Ordinal);
    readonly SortedDictionary<IgnoredReason, int> ignored = [];
    readonly List<ControlFinding> findings = [];
    readonly List<BatchPayout> payouts = [];
    int lines;
    int quarantined;
    int findingsInAll;
    DateTimeOffset? closedAt;
    bool hasTooManyBatches;

    /// <summary>Counts a line that could be read.</summary>
    public void Add(SettlementLine line)
    {
        lines++;
        if (Treatment.Ignores(line.Kind) is { } reason) ignored[reason] = ignored.GetValueOrDefault(reason) + 1;
        // What the acquirer had not settled by its last payout, it has not settled in this file.
        if (line.Kind == LineKind.Payout && !(line.BookedAt <= closedAt)) closedAt = line.BookedAt;
        if (line.Kind == LineKind.Payout && payouts.Count < BatchSums.MostBatches) payouts.Add(PayoutOf(line));
        batchRows.Add(line);
        AddToTotals(line);
        CheckRow(line);
        if (!batches.TryAdd(line)) FindTooManyBatches(line);
    }

    /// <summary>Counts a line that could not be read.</summary>
    public void AddQuarantined()
    {
        lines++;
        quarantined++;
    }

    /// <summary>
    /// All that was counted so far: lines below the header, and what they come to in each currency.
    /// </summary>
    public ParsedFile Result() => new(
        lines,
        quarantined,
        new Dictionary<IgnoredReason, int>(ignored),
        [.. totals.Select(entry => entry.Value.In(Currency.Of(entry.Key)))],
        Control(),
        closedAt,
        payouts)
    {
        BatchRows = batchRows.Result(),
    };

    Control Control()
    {
        var all = new List<ControlFinding>(findings);
        var inAll = findingsInAll;
        foreach (var finding in batches.Findings().Concat(totals.SelectMany(Uncountable)))
        {
            inAll++;
            if (all.Count < ListedFindings) all.Add(finding);
        }
        var withoutFinding = batches.AreClosed ? ControlStatus.Balanced : ControlStatus.None;
        return new(inAll > 0 ? ControlStatus.Broken : withoutFinding, all, inAll);
    }

    // What leaves our balance at the acquirer comes to our bank account.
    static BatchPayout PayoutOf(SettlementLine line) => new(
        line.Batch,
        line.Net with { Direction = line.Net.Direction == Direction.Debit ? Direction.Credit : Direction.Debit },
        line.ModificationReference,
        line.BookedAt);

    void AddToTotals(SettlementLine line)
    {
        var net = SumsOf(line.Net.Amount.Currency);
        var effect = line.Net.ToBalance().MinorUnits;
        if (line.Kind == LineKind.Payout) net.Payout -= effect;
        else net.Net += effect;
        // A row of the batch's fees has no gross: all of its net is a fee.
        net.Fees += line is { Kind: LineKind.Fee, Gross: null } ? -effect : line.FeesCharged().MinorUnits;
        if (line.Gross is { } gross) SumsOf(gross.Amount.Currency).Gross += gross.ToBalance().MinorUnits;
    }

    void CheckRow(SettlementLine line)
    {
        if (RowArithmetic.LacksRate(line))
            Find(new(ControlRule.RatePresent, line.Batch, line.Number, "an exchange rate", "none"));
        else if (RowArithmetic.ExpectedNet(line) is { } expected)
            Find(new(ControlRule.RowArithmetic, line.Batch, line.Number, $"{expected}", $"{line.Net.ToBalance()}"));
    }

    void FindTooManyBatches(SettlementLine line)
    {
        if (hasTooManyBatches) return;
        hasTooManyBatches = true;
        Find(new(ControlRule.Countable, line.Batch, line.Number, $"at most {BatchSums.MostBatches} batches", "more"));
    }

    void Find(ControlFinding finding)
    {
        findingsInAll++;
        if (findings.Count < ListedFindings) findings.Add(finding);
    }

    Sums SumsOf(Currency currency)
    {
        if (!totals.TryGetValue(currency.Code, out var sums)) totals[currency.Code] = sums = new();
        return sums;
    }

    static IEnumerable<ControlFinding> Uncountable(KeyValuePair<string, Sums> entry)
    {
        if (entry.Value.AreCountable) yield break;
        yield return new(ControlRule.Countable, "", null, $"sums of at most {long.MaxValue} {entry.Key}", "more");
    }

    // Wider than an amount, so that a damaged file with absurd amounts is a finding and not an overflow.
    sealed class Sums
    {
        public Int128 Gross { get; set; }
        public Int128 Fees { get; set; }
        public Int128 Net { get; set; }
        public Int128 Payout { get; set; }

        public bool AreCountable => IsCountable(Gross) && IsCountable(Fees) && IsCountable(Net) && IsCountable(Payout);

        public CurrencyTotals In(Currency currency) => new(
            new(Nearest(Gross), currency), new(Nearest(Fees), currency),
            new(Nearest(Net), currency), new(Nearest(Payout), currency));

        static bool IsCountable(Int128 sum) => Nearest(sum) == sum;

        static long Nearest(Int128 sum) => (long)Int128.Clamp(sum, long.MinValue, long.MaxValue);
    }
}
