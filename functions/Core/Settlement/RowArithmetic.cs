namespace Railyard.Core.Settlement;

/// <summary>
/// A row's own sum: net = gross × rate − fees ± what is held back or released, debits counted down. Exact where nothing is
/// converted; else each rounded part (the conversion and every fee) may be off by one minor unit, and the printed rate by
/// half of its last digit.
/// </summary>
public static class RowArithmetic
{
    const int MinorUnitsPerRounding = 1;

    // Reports drop a rate's trailing zeros, so a short rate is not a coarse one: six decimals are what is printed at least.
    const int FewestRateDecimals = 6;

    const long LargestNet = long.MaxValue / 2;

    /// <summary>
    /// What the row's net should have been, where it is something else; null where the row adds up.
    /// </summary>
    public static Balance? ExpectedNet(in LineFields line)
    {
        if (line.Gross is not { } gross) return null;
        if (!NeedsRate(line, gross)) return Differs(line, gross.ToBalance().MinorUnits);

        var rate = line.Rate.GetValueOrDefault(ExchangeRate.One);
        var (scaled, unit) = Converted(gross, rate, line.Net.Amount.Currency);
        var difference = Int128.Abs(NetBeforeFees(line) * unit - scaled);
        var allowed = MinorUnitsPerRounding * (1 + line.Fees.Count) * unit + RateRounding(gross, rate, unit);
        return difference <= allowed ? null : Differs(line, Rounded(scaled, unit));
    }

    /// <summary>Whether the row converts, yet does not say at which rate.</summary>
    public static bool LacksRate(in LineFields line) =>
        line is { Gross: { } gross, Rate: null } && gross.Amount.Currency != line.Net.Amount.Currency;

    static bool NeedsRate(in LineFields line, Movement gross) =>
        gross.Amount.Currency != line.Net.Amount.Currency || line.Rate is { } rate && rate != ExchangeRate.One;

    static Balance? Differs(in LineFields line, long netBeforeFees)
    {
        var expected = netBeforeFees - line.FeesCharged().MinorUnits + Reserved(line);
        var isRight = expected == line.Net.ToBalance().MinorUnits;
        return isRight ? null : new Balance(expected, line.Net.Amount.Currency);
    }

    static Int128 NetBeforeFees(in LineFields line) =>
        (Int128)line.Net.ToBalance().MinorUnits + line.FeesCharged().MinorUnits - Reserved(line);

    static long Reserved(in LineFields line) => line.Reserve?.ToBalance().MinorUnits ?? 0;

    /// <summary>
    /// The gross in the net currency, counted in parts so small that nothing is rounded, and how many make a
    /// minor unit.
    /// </summary>
    static (Int128 Scaled, Int128 Unit) Converted(Movement gross, ExchangeRate rate, Currency net)
    {
        var shift = net.Exponent - gross.Amount.Currency.Exponent;
        var unit = Power(rate.Decimals + Math.Max(-shift, 0));
        return (gross.ToBalance().MinorUnits * (Int128)rate.Digits * Power(Math.Max(shift, 0)), unit);
    }

    // An absurd rate makes a sum that no amount can hold; it is as wrong as any other, so the nearest one says so.
    static long Rounded(Int128 scaled, Int128 unit) => (long)Int128.Clamp(
        (scaled + (unit / 2 * Int128.Sign(scaled))) / unit, -LargestNet, LargestNet);

    static Int128 RateRounding(Movement gross, ExchangeRate rate, Int128 unit) =>
        gross.Amount.MinorUnits * unit / (2 * Power(Math.Max(rate.Decimals, FewestRateDecimals)));

    static Int128 Power(int exponent)
    {
        Int128 power = 1;
        for (var i = 0; i < exponent; i++) power *= 10;
        return power;
    }
}
