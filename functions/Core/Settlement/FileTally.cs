using System.Text;

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
    /// <summary>Where it stands among its like; null where it does not say.</summary>
    public FileSequence? Sequence { get; init; }

    /// <summary>What is charged to batches, held back, released and carried, for the ledger.</summary>
    public IReadOnlyList<BatchRow> BatchRows { get; init; } = [];

    /// <summary>What its lines come to by kind.</summary>
    public IReadOnlyList<KindTotals> ByKind { get; init; } = [];
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
    readonly KindSums byKind = new();
    int held;
    int lines;
    int quarantined;
    int findingsInAll;
    DateTimeOffset? closedAt;
    bool hasTooManyBatches;

    // The currency of one line is mostly that of the next.
    Sums? last;
    Currency lastCurrency;

    /// <summary>Counts a line that could be read.</summary>
    public void Add(in LineFields line)
    {
        lines++;
        if (Treatment.Ignores(line.Kind) is { } reason) ignored[reason] = ignored.GetValueOrDefault(reason) + 1;
        if (line.Payout is { } implied && !(implied.ClosedAt <= closedAt)) closedAt = implied.ClosedAt;
        // What the acquirer had not settled by its last payout, it has not settled in this file.
        if (line.Kind == LineKind.Payout && !(line.BookedAt <= closedAt)) closedAt = line.BookedAt;
        if (line.Kind == LineKind.Payout && payouts.Count < BatchSums.MostBatches) payouts.Add(PayoutOf(line));
        batchRows.Add(line);
        AddToTotals(line);
        byKind.Add(line);
        CheckRow(line);
        if (!batches.TryAdd(line)) FindTooManyBatches(line);
    }

    /// <inheritdoc cref="Add(in LineFields)"/>
    public void Add(SettlementLine line) => Add(LineFields.Of(line));

    /// <summary>Counts a line that could not be read.</summary>
    public void AddQuarantined()
    {
        lines++;
        quarantined++;
    }

    /// <summary>Counts what a header, a trailer or the end of the file says of the lines.</summary>
    public void AddFrame(int number, IReadOnlyList<ControlCheck> checks)
    {
        foreach (var check in checks)
        {
            if (check.Holds) held++;
            else Find(new(check.Rule, check.Batch, number == 0 ? null : number, check.Expected, check.Found));
        }
    }

    /// <summary>
    /// All that was counted so far: lines below the header, and what they come to in each currency.
    /// </summary>
    public ParsedFile Result(FileFrame? frame = null)
    {
        var (rule, sequence, closed) = frame ?? FileFrame.None;
        var implied = rule == BatchRule.PaidOutAsBatch ? batches.Implied() : [];
        foreach (var sums in totals.Values) sums.Implied = 0;
        foreach (var payout in implied) SumsOf(payout.Paid.Amount.Currency).Implied += payout.Paid.ToBalance().MinorUnits;
        return new(
            lines,
            quarantined,
            new Dictionary<IgnoredReason, int>(ignored),
            [.. totals.Select(entry => entry.Value.In(Currency.Of(entry.Key)))],
            Control(rule),
            closed > closedAt || closedAt is null ? closed : closedAt,
            [.. payouts, .. implied])
        {
            Sequence = sequence,
            BatchRows = batchRows.Result(),
            ByKind = byKind.Result(),
        };
    }

    Control Control(BatchRule rule)
    {
        var all = new List<ControlFinding>(findings);
        var inAll = findingsInAll;
        foreach (var finding in batches.Findings(rule).Concat(totals.SelectMany(Uncountable)))
        {
            inAll++;
            if (all.Count < ListedFindings) all.Add(finding);
        }
        var isHeld = held > 0 || batches.AreClosed(rule);
        var withoutFinding = isHeld ? ControlStatus.Balanced : ControlStatus.None;
        return new(inAll > 0 ? ControlStatus.Broken : withoutFinding, all, inAll);
    }

    // What leaves our balance at the acquirer comes to our bank account.
    static BatchPayout PayoutOf(in LineFields line) => new(
        line.Batch,
        line.Net with { Direction = line.Net.Direction == Direction.Debit ? Direction.Credit : Direction.Debit },
        line.ModificationReference.IsEmpty ? null : Encoding.UTF8.GetString(line.ModificationReference),
        line.BookedAt);

    void AddToTotals(in LineFields line)
    {
        var net = SumsOf(line.Net.Amount.Currency);
        var effect = line.Net.ToBalance().MinorUnits;
        if (line.Kind == LineKind.Payout) net.Payout -= effect;
        else net.Net += effect;
        // A row of the batch's fees has no gross: all of its net is a fee.
        net.Fees += line is { Kind: LineKind.Fee, Gross: null } ? -effect : line.FeesCharged().MinorUnits;
        if (line.Gross is { } gross) SumsOf(gross.Amount.Currency).Gross += gross.ToBalance().MinorUnits;
    }

    void CheckRow(in LineFields line)
    {
        if (RowArithmetic.LacksRate(line))
            Find(new(ControlRule.RatePresent, line.Batch, line.Number, "an exchange rate", "none"));
        else if (RowArithmetic.ExpectedNet(line) is { } expected)
            Find(new(ControlRule.RowArithmetic, line.Batch, line.Number, $"{expected}", $"{line.Net.ToBalance()}"));
    }

    void FindTooManyBatches(in LineFields line)
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
        if (last is not null && lastCurrency == currency) return last;
        if (!totals.TryGetValue(currency.Code, out var sums)) totals[currency.Code] = sums = new();
        (last, lastCurrency) = (sums, currency);
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

        /// <summary>Payouts that have no row.</summary>
        public Int128 Implied { get; set; }

        public bool AreCountable => IsCountable(Gross) && IsCountable(Fees) && IsCountable(Net) && IsCountable(Payout + Implied);

        public CurrencyTotals In(Currency currency) => new(
            new(Nearest(Gross), currency), new(Nearest(Fees), currency),
            new(Nearest(Net), currency), new(Nearest(Payout + Implied), currency));

        static bool IsCountable(Int128 sum) => Nearest(sum) == sum;

        static long Nearest(Int128 sum) => (long)Int128.Clamp(sum, long.MinValue, long.MaxValue);
    }
}
