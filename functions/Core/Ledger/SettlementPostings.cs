using Railyard.Core.Payments;
using Railyard.Core.Settlement;
using static Railyard.Core.Ledger.PostingRules;

namespace Railyard.Core.Ledger;

/// <summary>A line of a settlement file that was joined.</summary>
/// <param name="Line">The line.</param>
/// <param name="Merchant">Whose operation it settles; null where nothing explains the line, or not all of it.</param>
/// <param name="AgreedFee">What its fee should have been, where the fee is all that differs; null where it is right or not known.</param>
public sealed record SettledLine(SettlementLine Line, MerchantId? Merchant, Money? AgreedFee = null)
{
    /// <summary>What the cardholder paid, or got back: below nothing.</summary>
    public Balance Gross { get; } = Line.Gross?.ToBalance() ?? Line.Net.ToBalance() + Line.FeesCharged();

    /// <summary>How much more was charged than agreed.</summary>
    public Balance FeeDifference
    {
        get
        {
            var charged = Line.FeesCharged();
            return AgreedFee is { } agreed && agreed.Currency == charged.Currency
                ? charged.Debit(agreed)
                : Balance.Zero(charged.Currency);
        }
    }
}

/// <summary>A group of a file's shards that has been joined.</summary>
/// <param name="File">The file.</param>
/// <param name="Acquirer">Who sent it.</param>
/// <param name="Group">Which group of its shards.</param>
/// <param name="EffectiveAt">When it takes effect (<see cref="PostingDate"/>).</param>
/// <param name="Lines">Every line of the group.</param>
public sealed record SettledGroup(
    FileId File, AcquirerName Acquirer, int Group, DateTimeOffset EffectiveAt, IReadOnlyList<SettledLine> Lines);

/// <summary>
/// The entries of settlement lines, added up: one for each merchant, kind and currency, and one for each batch. A
/// settled line costs a share of an entry, not an entry.
/// </summary>
public static class SettlementPostings
{
    /// <summary>What clears a line without a batch.</summary>
    public const string NoBatch = "none";

    /// <summary>The entries of a group. The same group makes the same entries.</summary>
    public static IReadOnlyList<JournalEntry> Of(SettledGroup group) =>
    [
        .. group.Lines.Where(settled => settled.Merchant is not null)
            .GroupBy(settled => (settled.Merchant!.Value, settled.Line.Kind, settled.Gross.Currency))
            .Select(lines => OfMerchant(group, lines.Key.Value, lines.Key.Kind, lines))
            .OfType<JournalEntry>(),
        .. group.Lines
            .GroupBy(settled => (BatchOf(settled.Line), settled.Gross.Currency, settled.Line.Net.Amount.Currency))
            .Select(lines => OfBatch(group, lines.Key.Item1, [.. lines]))
            .OfType<JournalEntry>(),
    ];

    /// <summary>The entries of a line whose counterpart came late: what waited is moved to where it belongs.</summary>
    /// <param name="settled">The line, with the merchant that is known by now.</param>
    /// <param name="acquirer">Who sent it.</param>
    /// <param name="cause">What brought it together: the discrepancy.</param>
    /// <param name="at">When.</param>
    public static IReadOnlyList<JournalEntry> OfLate(SettledLine settled, AcquirerName acquirer, string cause, DateTimeOffset at)
    {
        var merchant = settled.Merchant ?? throw new InvariantBroken($"{cause} is explained, and nobody's.");
        var inMerchantsBook = RuleOf(settled.Line.Kind).Post(
            BookId.Of(BookOwner.Of(merchant), at, cause), cause, at, Amount(settled.Line.Kind, settled.Gross), acquirer.Value);
        var inOurs = ExplainedLate.Post(
            BookId.Of(BookOwner.Of(acquirer), at, cause),
            cause,
            at,
            new PartAmounts((Part.Amount, settled.Gross), (Part.FeeDifference, settled.FeeDifference)),
            acquirer.Value,
            BatchOf(settled.Line));
        return [.. new[] { inMerchantsBook, inOurs }.OfType<JournalEntry>()];
    }

    /// <summary>The batch that a line's clearing is for.</summary>
    public static string BatchOf(SettlementLine line) => line.Batch.Length == 0 ? NoBatch : line.Batch;

    /// <summary>The rule by which a merchant's line of that kind settles.</summary>
    /// <exception cref="InvariantBroken">Lines of that kind belong to no payment.</exception>
    internal static PostingRule RuleOf(LineKind kind) => kind switch
    {
        LineKind.Payment => SettledPayment,
        LineKind.Refund => SettledRefund,
        LineKind.RefundReversal => SettledRefundReversal,
        LineKind.Chargeback => SettledChargeback,
        LineKind.SecondChargeback => SettledSecondChargeback,
        LineKind.ChargebackReversal => SettledChargebackReversal,
        LineKind.Fee or LineKind.Payout or LineKind.PayoutReturned or LineKind.PayIn or LineKind.ReserveHold
            or LineKind.ReserveRelease or LineKind.Carry or LineKind.Transfer or LineKind.Adjustment or LineKind.Unknown
            => throw new InvariantBroken($"A line of kind {kind} settles nothing of a merchant's."),
    };

    /// <summary>An amount as the rule of that kind counts it: refunds and chargebacks are debits of the file.</summary>
    internal static PartAmounts Amount(LineKind kind, Balance gross) => new((Part.Amount, IsTaken(kind) ? Negative(gross) : gross));

    internal static bool IsTaken(LineKind kind) => kind is LineKind.Refund or LineKind.Chargeback or LineKind.SecondChargeback;

    internal static Balance Negative(Balance balance) => Balance.Zero(balance.Currency) - balance;

    static JournalEntry? OfMerchant(SettledGroup group, MerchantId merchant, LineKind kind, IEnumerable<SettledLine> lines)
    {
        var gross = Sum(lines.Select(settled => settled.Gross));
        var part = $"{group.File}:shards-{group.Group}";
        return RuleOf(kind).Post(
            BookId.Of(BookOwner.Of(merchant), group.EffectiveAt, part),
            $"{part}:{merchant}:{gross.Currency}",
            group.EffectiveAt,
            Amount(kind, gross),
            group.Acquirer.Value,
            about: group.File.Value);
    }

    static JournalEntry? OfBatch(SettledGroup group, string batch, List<SettledLine> lines)
    {
        var totals = BatchTotals.Of(lines);
        return SettlementLines.Post(
            BookId.Of(BookOwner.Of(group.Acquirer), group.EffectiveAt, batch),
            $"{group.File}:shards-{group.Group}:{batch}:{totals.Matched.Currency}:{totals.Net.Currency}",
            group.EffectiveAt,
            totals.ToAmounts(),
            group.Acquirer.Value,
            batch,
            group.File.Value);
    }

    internal static Balance Sum(IEnumerable<Balance> balances) => balances.Aggregate((sum, one) => sum + one);
}
