namespace Railyard.Core.Settlement;

/// <summary>
/// Some acquirers show a charge that was captured for less than it was authorised for whole, and beside it what they took
/// back. Only both together are what was captured.
/// </summary>
public static class CaptureReversals
{
    /// <summary>The lines of some shards, reversals taken off the payments that they belong to.</summary>
    public static List<SettlementLine> TakeOff(List<SettlementLine> lines)
    {
        if (!lines.Exists(line => line.Kind == LineKind.CaptureReversal)) return lines;
        var kept = lines.FindAll(line => line.Kind != LineKind.CaptureReversal);
        var payments = kept
            .Select((line, place) => (line, place))
            .Where(one => one.line.Kind == LineKind.Payment)
            .ToLookup(one => one.line.AcquirerReference, one => one.place);
        foreach (var reversal in lines.Where(line => line.Kind == LineKind.CaptureReversal).OrderBy(line => line.Number))
            foreach (var place in payments[reversal.AcquirerReference])
                if (Less(kept[place], reversal) is { } rest)
                {
                    kept[place] = rest;
                    break;
                }
        return kept;
    }

    static SettlementLine? Less(SettlementLine payment, SettlementLine reversal)
    {
        if (payment.Gross is not { Direction: Direction.Credit } gross || reversal.Gross is not { } taken) return null;
        if (taken.Direction != Direction.Debit || taken.Amount.Currency != gross.Amount.Currency) return null;
        if (taken.Amount > gross.Amount || reversal.Net.Amount.Currency != payment.Net.Amount.Currency) return null;
        return payment with
        {
            Gross = gross with { Amount = gross.Amount - taken.Amount },
            Net = Sum(payment.Net, reversal.Net),
            Fees = [.. payment.Fees, .. reversal.Fees],
        };
    }

    static Movement Sum(Movement one, Movement other)
    {
        var sum = one.ToBalance() + other.ToBalance();
        return new(new(Math.Abs(sum.MinorUnits), sum.Currency), sum.MinorUnits < 0 ? Direction.Debit : Direction.Credit);
    }
}
