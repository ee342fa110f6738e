using System.Runtime.InteropServices;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>What a line comes to in the currency in which it was expected, and how much of that may be rounding.</summary>
/// <param name="MinorUnits">Zero or more.</param>
/// <param name="Rounding">In the same minor units; none where the line itself is in that currency.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct Converted(Int128 MinorUnits, Direction Direction, Int128 Rounding)
{
    // A printed rate is off by half of its last digit at most, and of a short one trailing zeros were dropped.
    const int FewestRateDecimals = 6;

    /// <summary>
    /// The gross where it is in that currency; where the file has converted it into that one at a rate of its own, what it had
    /// before fees; null where neither is so, for then they cannot be compared.
    /// </summary>
    public static Converted? Of(SettlementLine line, Currency currency)
    {
        var printed = line.Gross ?? line.Net;
        if (printed.Amount.Currency == currency) return new(printed.Amount.MinorUnits, printed.Direction, 0);
        if (line.Rate is not { } rate || line.Net.Amount.Currency != currency) return null;

        var beforeFees = (Int128)line.Net.ToBalance().MinorUnits + line.FeesCharged().MinorUnits;
        var ofRate = Int128.Abs(beforeFees) / (2 * Power(Math.Max(rate.Decimals, FewestRateDecimals)));
        return new(
            Int128.Abs(beforeFees), beforeFees < 0 ? Direction.Debit : Direction.Credit, 1 + line.Fees.Count + ofRate);
    }

    /// <summary>An agreed fee in the currency in which the line's fees are; null where the line does not say how to get there.</summary>
    public static Int128? Fee(Money agreed, SettlementLine line)
    {
        var currency = line.Net.Amount.Currency;
        if (agreed.Currency == currency) return agreed.MinorUnits;
        if (line is not { Rate: { } rate, Gross: { } gross } || gross.Amount.Currency != agreed.Currency) return null;

        var shift = currency.Exponent - agreed.Currency.Exponent;
        var unit = Power(rate.Decimals + Math.Max(-shift, 0));
        return ((Int128)agreed.MinorUnits * rate.Digits * Power(Math.Max(shift, 0)) + unit / 2) / unit;
    }

    static Int128 Power(int exponent)
    {
        Int128 power = 1;
        for (var i = 0; i < exponent; i++) power *= 10;
        return power;
    }
}
