using Railyard.Core.Routing;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>What lines and expectations that settle each other only together come to.</summary>
static class Bundles
{
    /// <summary>How the fees of all lines differ from all that were agreed; null where they do not, or not all are known.</summary>
    public static FieldDifference? FeeDifference(Bond bond, SettlementTerms terms)
    {
        Int128 agreed = 0;
        Int128 charged = 0;
        var line = bond.Claims[0].Line;
        foreach (var candidate in bond.Candidates)
        {
            if (candidate.Expected.ExpectedFee is not { } fee || Converted.Fee(fee, line) is not { } converted) return null;
            agreed += converted;
        }
        foreach (var claim in bond.Claims)
        {
            if (claim.Line.Net.Amount.Currency != line.Net.Amount.Currency) return null;
            charged += claim.Line.FeesCharged().MinorUnits;
        }
        var rounding = bond.Candidates.Count + bond.Claims.Count;
        var allowed = terms.Fees.Of(agreed) + (bond.Candidates[0].Expected.ExpectedFee?.Currency == line.Net.Amount.Currency ? 0 : rounding);
        var currency = line.Net.Amount.Currency;
        return Int128.Abs(agreed - charged) <= allowed ? null : new("fee", $"{agreed} {currency}", $"{charged} {currency}");
    }

    /// <summary>The discrepancy of a bundle's fees, shown by its first line.</summary>
    public static Discrepancy FeesDiffer(FileFacts file, Bond bond, FieldDifference fees) =>
        Discrepancy.OfLine(file, bond.Claims[0].Line, DiscrepancyKind.FeeDiffers, bond.Candidates[0].Expected, fees) with { Amount = null };

    /// <summary>
    /// Which line settles which part of which expectation, in their order. The parts come to what was expected; what a
    /// tolerance allows is in the last.
    /// </summary>
    public static IEnumerable<(Claim Claim, IReadOnlyList<(Expectation Expected, Money Amount)> Parts)> Parts(Bond bond, Currency currency)
    {
        var (at, rest) = (0, (Int128)bond.Candidates[0].Expected.Amount.MinorUnits);
        for (var place = 0; place < bond.Claims.Count; place++)
        {
            var isLast = place == bond.Claims.Count - 1;
            var parts = new List<(Expectation, Money)>();
            var amount = Converted.Of(bond.Claims[place].Line, currency)?.MinorUnits ?? 0;
            while (true)
            {
                var part = isLast ? rest : Int128.Min(amount, rest);
                parts.Add((bond.Candidates[at].Expected, new Money((long)part, currency)));
                (amount, rest) = (amount - part, rest - part);
                if (rest > 0 || at == bond.Candidates.Count - 1 || amount <= 0 && !isLast) break;
                rest = bond.Candidates[++at].Expected.Amount.MinorUnits;
            }
            if (rest == 0 && at < bond.Candidates.Count - 1) rest = bond.Candidates[++at].Expected.Amount.MinorUnits;
            yield return (bond.Claims[place], parts);
        }
    }
}
