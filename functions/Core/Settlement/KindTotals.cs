namespace Railyard.Core.Settlement;

/// <summary>
/// What the lines of a kind come to in a currency, in minor units; credits count up, debits down. Gross counts in the
/// currency paid in, fees and net in the one settled in; a line counts where its gross does, or its net where it has none.
/// </summary>
public sealed record KindTotals(LineKind Kind, Currency Currency, int Lines, long Gross, long Fees, long Net);

/// <summary>Adds up a file by kind and currency while it is read. Sums that no amount can hold stop at the largest that can.</summary>
sealed class KindSums
{
    readonly Dictionary<(LineKind Kind, Currency Currency), Sums> rows = [];
    (LineKind Kind, Currency Currency) lastKey;
    Sums? last;

    /// <summary>Counts a line.</summary>
    public void Add(in LineFields line)
    {
        var net = Of(line.Kind, line.Net.Amount.Currency);
        var gross = line.Gross is { } paid ? Of(line.Kind, paid.Amount.Currency) : net;
        gross.Lines++;
        gross.Gross += line.Gross?.ToBalance().MinorUnits ?? 0;
        net.Fees += line.FeesCharged().MinorUnits;
        net.Net += line.Net.ToBalance().MinorUnits;
    }

    /// <summary>All of it, in the order of kinds and currencies.</summary>
    public IReadOnlyList<KindTotals> Result() =>
    [
        .. rows.OrderBy(row => row.Key.Kind).ThenBy(row => row.Key.Currency.Code, StringComparer.Ordinal)
            .Select(row => new KindTotals(
                row.Key.Kind, row.Key.Currency, row.Value.Lines, Nearest(row.Value.Gross), Nearest(row.Value.Fees), Nearest(row.Value.Net))),
    ];

    // One line is mostly of the same kind and currency as the one before it.
    Sums Of(LineKind kind, Currency currency)
    {
        if (last is not null && lastKey == (kind, currency)) return last;
        if (!rows.TryGetValue((kind, currency), out var sums)) rows[(kind, currency)] = sums = new Sums();
        (lastKey, last) = ((kind, currency), sums);
        return sums;
    }

    static long Nearest(Int128 sum) => (long)Int128.Clamp(sum, long.MinValue, long.MaxValue);

    sealed class Sums
    {
        public int Lines { get; set; }
        public Int128 Gross { get; set; }
        public Int128 Fees { get; set; }
        public Int128 Net { get; set; }
    }
}
