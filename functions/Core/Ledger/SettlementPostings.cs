using Railyard.Core.Payments;
using Railyard.Core.Settlement;
using static Railyard.Core.Ledger.PostingRules;

namespace Railyard.Core.Ledger;

/// <summary>What a line settles of a merchant's operation, in the currency that was expected.</summary>
public sealed record SettledPart(MerchantId Merchant, Money Amount);

/// <summary>A line of a settlement file that was joined.</summary>
/// <param name="Line">The line.</param>
/// <param name="Parts">What it settles, all in one currency; nothing where nothing explains the line, or not all of it.</param>
/// <param name="AgreedFee">What its fee should have been, where the fee is all that differs; null where it is right or not known.</param>
public sealed record SettledLine(SettlementLine Line, IReadOnlyList<SettledPart> Parts, Money? AgreedFee = null)
{
    /// <summary>A line that nothing explains.</summary>
    public static SettledLine Unexplained(SettlementLine line) => new(line, []);

    /// <summary>Whether it is known what it settles.</summary>
    public bool IsExplained => Parts.Count > 0;

    /// <summary>What the cardholder paid, or got back: below nothing.</summary>
    public Balance Gross { get; } = Line.Gross?.ToBalance() ?? Line.Net.ToBalance() + Line.FeesCharged();

    /// <summary>The currency of what it settles, or else of what it says was paid.</summary>
    public Currency Paid => IsExplained ? Parts[0].Amount.Currency : Gross.Currency;

    /// <summary>What it settles, by the way it goes.</summary>
    public Balance Settles => Parts.Aggregate(Balance.Zero(Paid), (sum, part) =>
        SettlementPostings.IsTaken(Line.Kind) ? sum.Debit(part.Amount) : sum.Credit(part.Amount));

    /// <summary>By how much the line and what it settles differ within what is tolerated; nothing where it is converted.</summary>
    public Balance Rounded => IsExplained && Gross.Currency == Paid ? Gross - Settles : Balance.Zero(Paid);

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
        .. group.Lines.SelectMany(settled => settled.Parts.Select(part => (settled.Line.Kind, Part: part)))
            .GroupBy(one => (one.Part.Merchant, one.Kind, one.Part.Amount.Currency), one => one.Part.Amount)
            .Select(amounts => OfMerchant(group, amounts.Key.Merchant, amounts.Key.Kind, amounts))
            .OfType<JournalEntry>(),
        .. group.Lines
            .GroupBy(settled => (BatchOf(settled.Line), settled.Paid, settled.Line.Net.Amount.Currency))
            .Select(lines => OfBatch(group, lines.Key.Item1, [.. lines]))
            .OfType<JournalEntry>(),
    ];

    /// <summary>The entries of a line whose counterpart came late: what waited is moved to where it belongs.</summary>
    /// <param name="settled">The line, with what is known by now.</param>
    /// <param name="acquirer">Who sent it.</param>
    /// <param name="cause">What brought it together: the discrepancy.</param>
    /// <param name="at">When.</param>
    public static IReadOnlyList<JournalEntry> OfLate(SettledLine settled, AcquirerName acquirer, string cause, DateTimeOffset at)
    {
        var (gross, isExchanged) = (settled.Gross, settled.Gross.Currency != settled.Paid);
        var inOurs = ExplainedLate.Post(
            BookId.Of(BookOwner.Of(acquirer), at, BatchOf(settled.Line)),
            cause,
            at,
            new PartAmounts(
                (Part.Amount, gross),
                (Part.Matched, settled.Settles),
                (Part.Rounded, settled.Rounded),
                (Part.FeeDifference, settled.FeeDifference),
                (Part.Exchanged, isExchanged ? settled.Settles : Balance.Zero(settled.Paid)),
                (Part.ExchangedTo, isExchanged ? gross : Balance.Zero(gross.Currency))),
            acquirer.Value,
            BatchOf(settled.Line));
        return
        [
            .. settled.Parts.GroupBy(part => part.Merchant).Select(parts => OfLate(settled.Line.Kind, parts, acquirer, cause, at)).OfType<JournalEntry>(),
            .. new[] { inOurs }.OfType<JournalEntry>(),
        ];
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

    internal static bool IsTaken(LineKind kind) => kind is LineKind.Refund or LineKind.Chargeback or LineKind.SecondChargeback;

    internal static Balance Negative(Balance balance) => Balance.Zero(balance.Currency) - balance;

    static JournalEntry? OfLate(
        LineKind kind, IGrouping<MerchantId, SettledPart> parts, AcquirerName acquirer, string cause, DateTimeOffset at) =>
        RuleOf(kind).Post(
            BookId.Of(BookOwner.Of(parts.Key), at, cause),
            $"{cause}:{parts.Key}",
            at,
            PartAmounts.Of(parts.Select(part => part.Amount).Aggregate((sum, one) => sum + one)),
            acquirer.Value,
            about: cause);

    static JournalEntry? OfMerchant(SettledGroup group, MerchantId merchant, LineKind kind, IEnumerable<Money> amounts)
    {
        var total = amounts.Aggregate((sum, one) => sum + one);
        var part = $"{group.File}:shards-{group.Group}";
        return RuleOf(kind).Post(
            BookId.Of(BookOwner.Of(merchant), group.EffectiveAt, part),
            $"{part}:{merchant}:{total.Currency}",
            group.EffectiveAt,
            PartAmounts.Of(total),
            group.Acquirer.Value,
            about: group.File.Value);
    }

    static JournalEntry? OfBatch(SettledGroup group, string batch, List<SettledLine> lines)
    {
        var totals = BatchTotals.Of(lines);
        return SettlementLines.Post(
            BookId.Of(BookOwner.Of(group.Acquirer), group.EffectiveAt, batch),
            $"{group.File}:shards-{group.Group}:{batch}:{lines[0].Paid}:{totals.Net.Currency}",
            group.EffectiveAt,
            totals.ToAmounts(),
            group.Acquirer.Value,
            batch,
            group.File.Value);
    }
}
