using Railyard.Core.Settlement;

namespace Railyard.Core.Ledger;

/// <summary>What lines of a batch come to, of one currency paid in and one settled in.</summary>
sealed record BatchTotals(
    Balance Matched, Balance Unmatched, Balance Net, Balance AcquirerFees, Balance SchemeFees, Balance Interchange,
    Balance FeeDifference, bool IsConverted)
{
    public static BatchTotals Of(List<SettledLine> lines)
    {
        var (gross, net) = (Balance.Zero(lines[0].Gross.Currency), Balance.Zero(lines[0].Line.Net.Amount.Currency));
        var difference = Sum(net, lines.Select(settled => settled.Merchant is null ? net : settled.FeeDifference));
        return new(
            Sum(gross, lines.Where(settled => settled.Merchant is not null).Select(settled => settled.Gross)),
            Sum(gross, lines.Where(settled => settled.Merchant is null).Select(settled => settled.Gross)),
            Sum(net, lines.Select(settled => settled.Line.Net.ToBalance())),
            Fees(net, lines, FeeKind.Commission) + Fees(net, lines, FeeKind.Markup) - difference,
            Fees(net, lines, FeeKind.SchemeFees),
            Fees(net, lines, FeeKind.Interchange),
            difference,
            gross.Currency != net.Currency || lines.Exists(settled => settled.Line.Rate is { } rate && rate != ExchangeRate.One));
    }

    public PartAmounts ToAmounts()
    {
        var settled = Net + AcquirerFees + SchemeFees + Interchange + FeeDifference;
        // Rows that do not add up, and say of no exchange why, are explained by nothing.
        var unmatched = IsConverted ? Unmatched : settled - Matched;
        return new(
            (Part.Net, Net),
            (Part.AcquirerFees, AcquirerFees),
            (Part.SchemeFees, SchemeFees),
            (Part.Interchange, Interchange),
            (Part.FeeDifference, FeeDifference),
            (Part.Matched, Matched),
            (Part.Unmatched, unmatched),
            (Part.Exchanged, IsConverted ? Matched + Unmatched : Balance.Zero(Matched.Currency)),
            (Part.ExchangedTo, IsConverted ? settled : Balance.Zero(Net.Currency)));
    }

    static Balance Fees(Balance zero, List<SettledLine> lines, FeeKind kind) => Sum(
        zero,
        lines.SelectMany(settled => settled.Line.Fees).Where(fee => fee.Kind == kind).Select(fee => fee.Direction == Direction.Debit
            ? Balance.Zero(fee.Amount.Currency).Credit(fee.Amount)
            : Balance.Zero(fee.Amount.Currency).Debit(fee.Amount)));

    static Balance Sum(Balance zero, IEnumerable<Balance> balances) => balances.Aggregate(zero, (sum, one) => sum + one);
}
