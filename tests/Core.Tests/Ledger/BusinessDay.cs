using Railyard.Core.Ledger;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Ledger;

/// <summary>What becomes of a capture or refund in the acquirer's file.</summary>
enum Fate { Right, WrongAmount, WrongFee, WrongCurrency, Missing, Late, BeforeItsEvent, Twice, Converted }

/// <summary>One operation of a drawn day.</summary>
sealed record Trade(int Merchant, bool IsRefund, int Cents, Fate Fate, int Resolution);

/// <summary>
/// A business day of one acquirer, drawn at random: captures and refunds, a settlement file with everything that can be
/// wrong in it, a late file, payouts, bank lines, and people who resolve some of the breaks.
/// </summary>
sealed class BusinessDay
{
    const int AgreedFee = 3;

    static readonly Currency Dollar = Currency.Of("USD");
    static readonly FileFacts File = new(new FileId("fil_1"), A.Northbank, A.Moment.AddHours(3));
    static readonly FileFacts LateFile = new(new FileId("fil_2"), A.Northbank, A.Moment.AddDays(1));

    readonly IReadOnlyList<Trade> trades;
    readonly Dictionary<ExpectationId, Expectation> expectations = [];
    readonly Dictionary<DiscrepancyId, Discrepancy> open = [];
    readonly List<IReadOnlyList<JournalEntry>> deliveries = [];

    public BusinessDay(IReadOnlyList<Trade> trades)
    {
        this.trades = trades;
        Live();
    }

    /// <summary>What was sent to the ledger, message by message.</summary>
    public IReadOnlyList<IReadOnlyList<JournalEntry>> Deliveries => deliveries;

    /// <summary>Expectations as they are at the end of the day.</summary>
    public IEnumerable<Expectation> Expectations => expectations.Values;

    /// <summary>Breaks that nobody has explained or resolved.</summary>
    public IReadOnlyDictionary<DiscrepancyId, Discrepancy> Open => open;

    void Live()
    {
        foreach (var (trade, number) in Numbered(trade => trade.Fate != Fate.BeforeItsEvent)) Happen(trade, number);
        Settle(File, [.. Numbered(trade => trade.Fate is not (Fate.Missing or Fate.Late)).SelectMany(one => LinesOf(one.Trade, one.Number))]);
        foreach (var (trade, number) in Numbered(trade => trade.Fate == Fate.BeforeItsEvent)) Meet(Happen(trade, number));
        Settle(LateFile, [.. Numbered(trade => trade.Fate == Fate.Late).SelectMany(one => LinesOf(one.Trade, one.Number))]);
        Resolve();
    }

    IEnumerable<(Trade Trade, int Number)> Numbered(Func<Trade, bool> which) =>
        trades.Select((trade, number) => (trade, number)).Where(one => which(one.trade));

    Expectation Happen(Trade trade, int number)
    {
        var operation = new ConfirmedOperation(new($"op_{number}"), trade.Cents.Eur(), A.Northbank, $"P{number}", $"M{number}");
        PaymentEvent happened = trade.IsRefund ? new PaymentEvent.RefundConfirmed(operation) : new PaymentEvent.CaptureConfirmed(operation);
        var happening = new PaymentHappening(new($"pay_{number}"), MerchantOf(trade), operation.Amount, new(1, A.Moment, happened));
        deliveries.Add(PaymentPostings.Of(happening, payment: null));
        var kind = trade.IsRefund ? LineKind.Refund : LineKind.Payment;
        var expected = new Expectation
        {
            Id = Expectation.IdOf(A.Northbank, $"P{number}", kind, $"M{number}", operation.Id),
            Acquirer = A.Northbank,
            AcquirerReference = $"P{number}",
            ModificationReference = $"M{number}",
            Kind = kind,
            Merchant = happening.Merchant,
            Payment = happening.Payment,
            Operation = operation.Id,
            Amount = operation.Amount,
            ExpectedFee = trade.Fate == Fate.Converted ? null : AgreedFee.Eur(),
            BookedAt = A.Moment,
            OverdueAfter = A.Moment.AddHours(2),
            State = new ExpectationState.Open(),
        };
        return expectations[expected.Id] = expected;
    }

    static MerchantId MerchantOf(Trade trade) => new($"mer_{trade.Merchant}");

    static IEnumerable<SettlementLine> LinesOf(Trade trade, int number)
    {
        var line = LineOf(trade, number, number * 2 + 2);
        yield return line;
        if (trade.Fate == Fate.Twice) yield return line with { Number = number * 2 + 3 };
    }

    static SettlementLine LineOf(Trade trade, int number, int lineNumber)
    {
        var cents = trade.Cents + (trade.Fate == Fate.WrongAmount ? 7 : 0);
        var fee = AgreedFee + (trade.Fate == Fate.WrongFee ? 2 : 0);
        var gross = new Money(cents, trade.Fate == Fate.WrongCurrency ? Dollar : Amounts.Euro);
        var settled = trade.Fate == Fate.Converted ? new Money(cents * 2L, Dollar) : gross;
        var direction = trade.IsRefund ? Direction.Debit : Direction.Credit;
        var net = (trade.IsRefund ? -settled.MinorUnits : settled.MinorUnits) - fee;
        return new()
        {
            Number = lineNumber,
            Bytes = default,
            Kind = trade.IsRefund ? LineKind.Refund : LineKind.Payment,
            Type = "drawn",
            AcquirerReference = $"P{number}",
            ModificationReference = $"M{number}",
            Gross = new Movement(gross, direction),
            Rate = trade.Fate == Fate.Converted ? new ExchangeRate(2, 0) : null,
            Net = new Movement(new Money(Math.Abs(net), settled.Currency), net < 0 ? Direction.Debit : Direction.Credit),
            Fees = [new(FeeKind.Commission, new Money(fee - 1, settled.Currency), Direction.Debit), new(FeeKind.SchemeFees, new Money(1, settled.Currency), Direction.Debit)],
            Batch = $"{number % 2}",
            BookedAt = A.Moment,
            Zone = "UTC",
        };
    }

    void Settle(FileFacts file, List<SettlementLine> lines)
    {
        var outcome = ShardJoin.Join(file, lines, expectations.Values, open.Values);
        Write(outcome);
        var settled = lines.Select(line => Settled(line, outcome)).ToList();
        deliveries.Add(SettlementPostings.Of(new SettledGroup(file.Id, A.Northbank, 0, file.ClosedAt!.Value, settled)));
        deliveries.Add(BatchPostings.Of(file.Id, A.Northbank, Parsed(lines), file.ClosedAt.Value));
        BankLines(file, Parsed(lines));
    }

    SettledLine Settled(SettlementLine line, ShardOutcome outcome)
    {
        if (outcome.Matches.FirstOrDefault(match => match.Line == line.Number) is { } match) return new(line, [new(match.Merchant, match.Amount)]);
        var found = outcome.Discrepancies.First(found => found.Line!.Number == line.Number);
        return found.Kind == DiscrepancyKind.FeeDiffers
            ? PartOf(line, expectations[found.Expectation!.Value], isFee: true)
            : SettledLine.Unexplained(line);
    }

    void Write(ShardOutcome outcome)
    {
        foreach (var found in outcome.Discrepancies.Concat(outcome.Missing).Concat(outcome.Late)) open[found.Id] = found;
        foreach (var changed in outcome.Changed) expectations[changed.Id] = changed;
        foreach (var closing in outcome.Closings) Explain(closing);
    }

    // A line that waited, not one that was missing: that one is in a file, and settles with it.
    void Explain(Closing closing)
    {
        open.Remove(closing.Discrepancy, out var found);
        if (found is not { Line: { } line }) return;
        var expected = expectations[closing.State.Expectation];
        var fee = expected.State is ExpectationState.Broken { Discrepancy: var other } && open[other].Kind == DiscrepancyKind.FeeDiffers;
        if (expected.State is ExpectationState.Settled || fee)
            deliveries.Add(SettlementPostings.OfLate(
                PartOf(line, expected, fee), A.Northbank, found.Id.Value, A.Moment.AddHours(4)));
    }

    static SettledLine PartOf(SettlementLine line, Expectation expected, bool isFee) =>
        new(line, [new(expected.Merchant, expected.Amount)], isFee ? expected.ExpectedFee : null);

    void Meet(Expectation expected) => Write(ShardJoin.MeetLate(A.Northbank, [expected], open.Values, SettlementTerms.Usual));

    static ParsedFile Parsed(List<SettlementLine> lines)
    {
        var tally = new FileTally();
        foreach (var line in lines) tally.Add(line);
        foreach (var batch in lines.GroupBy(line => (line.Batch, line.Net.Amount.Currency)).ToList())
        {
            tally.Add(Row(batch.First(), LineKind.Fee, -5));
            tally.Add(Row(batch.First(), LineKind.ReserveHold, -4));
            tally.Add(Row(batch.First(), LineKind.ReserveRelease, 1));
            tally.Add(Row(batch.First(), LineKind.Payout, 8 - batch.Sum(line => line.Net.ToBalance().MinorUnits)));
        }
        return tally.Result();
    }

    static SettlementLine Row(SettlementLine like, LineKind kind, long net) => like with
    {
        Kind = kind,
        Gross = null,
        Fees = [],
        Net = new Movement(new Money(Math.Abs(net), like.Net.Amount.Currency), net < 0 ? Direction.Debit : Direction.Credit),
    };

    void BankLines(FileFacts file, ParsedFile parsed)
    {
        foreach (var (payout, number) in parsed.Payouts.Select((payout, number) => (payout, number)))
            deliveries.Add(BankPostings.Of(
                new($"{file.Id} line {number}", new("main"), payout.Paid, IsReturn: false, [Banked(payout, number)]), file.ClosedAt!.Value));
    }

    static BankExpectation Banked(BatchPayout payout, int number) => new()
    {
        Id = new($"exp_{number}"),
        Account = new("main"),
        Kind = BankExpectationKind.AcquirerPayout,
        Party = A.Northbank.Value,
        For = payout.Batch,
        Paid = payout.Paid,
        PaidOn = new(2026, 11, 24),
        OverdueAfter = new(2026, 11, 26),
        State = new BankExpectationState.Open(),
    };

    void Resolve()
    {
        foreach (var found in open.Values.ToList())
        {
            var trade = trades[int.Parse(found.AcquirerReference[1..])];
            if (trade.Resolution == 0) continue;
            var expected = found.Expectation is { } id ? expectations[id] : null;
            deliveries.Add(ResolutionPostings.Of(found, expected, isWrittenOff: trade.Resolution == 1, A.Moment.AddDays(2)));
            open.Remove(found.Id);
        }
    }
}
