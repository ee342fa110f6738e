using Railyard.Core.Settlement;

namespace Railyard.Core.Ledger;

/// <summary>What lines of a batch come to, of one currency paid in and one settled in.</summary>
sealed record BatchTotals(
    Balance Matched, Balance Rounded, Balance Unmatched, Balance Net, Balance AcquirerFees, Balance SchemeFees,
    Balance Interchange, Balance FeeDifference, bool IsConverted)
{
    public static BatchTotals Of(List<SettledLine> lines)
    {
        var (paid, net) = (Balance.Zero(lines[0].Paid), Balance.Zero(lines[0].Line.Net.Amount.Currency));
        var difference = Sum(net, lines.Where(settled => settled.IsExplained).Select(settled => settled.FeeDifference));
        return new(
            Sum(paid, lines.Select(settled => settled.Settles)),
            Sum(paid, lines.Select(settled => settled.Rounded)),
            Sum(paid, lines.Where(settled => !settled.IsExplained).Select(settled => settled.Gross)),
            Sum(net, lines.Select(settled => settled.Line.Net.ToBalance())),
            Fees(net, lines, FeeKind.Commission) + Fees(net, lines, FeeKind.Markup) - difference,
            Fees(net, lines, FeeKind.SchemeFees),
            Fees(net, lines, FeeKind.Interchange),
            difference,
            paid.Currency != net.Currency || lines.Exists(settled => settled.Line.Rate is { } rate && rate != ExchangeRate.One));
    }

    public PartAmounts ToAmounts()
    {
        var settled = Net + AcquirerFees + SchemeFees + Interchange + FeeDifference;
        // Rows that do not add up, and say of no exchange why, are explained by nothing.
        var unmatched = IsConverted ? Unmatched : settled - Matched - Rounded;
        return new(
            (Part.Net, Net),
            (Part.AcquirerFees, AcquirerFees),
            (Part.SchemeFees, SchemeFees),
            (Part.Interchange, Interchange),
            (Part.FeeDifference, FeeDifference),
            (Part.Matched, Matched),
            (Part.Rounded, Rounded),
            (Part.Unmatched, unmatched),
            (Part.Exchanged, IsConverted ? Matched + Rounded + Unmatched : Balance.Zero(Matched.Currency)),
            (Part.ExchangedTo, IsConverted ? settled : Balance.Zero(Net.Currency)));
    }

    static Balance Fees(Balance zero, List<SettledLine> lines, FeeKind kind) => Sum(
        zero,
        lines.SelectMany(settled => settled.Line.Fees).Where(fee => fee.Kind == kind).Select(fee => fee.Direction == Direction.Debit
            ? Balance.Zero(fee.Amount.Currency).Credit(fee.Amount)
            : Balance.Zero(fee.Amount.Currency).Debit(fee.Amount)));

    static Balance Sum(Balance zero, IEnumerable<Balance> balances) => balances.Aggregate(zero, (sum, one) => sum + one);
}
