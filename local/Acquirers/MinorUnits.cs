using System.Collections.Frozen;

namespace Railyard.Local.Acquirers;

/// <summary>An amount in the minor units of its currency.</summary>
sealed record Amount(long Value, string Currency);

/// <summary>How many decimals each currency has at Adyen, and how an amount is written with them.</summary>
static class MinorUnits
{
    const int UsualDecimals = 2;

    // Adyen differs from ISO 4217 here: CVE and IDR have none, CLP and ISK have two.
    static readonly FrozenSet<string> NoDecimals = FrozenSet.ToFrozenSet(
    [
        "BIF", "CVE", "DJF", "GNF", "IDR", "JPY", "KMF", "KRW",
        "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
    ]);

    static readonly FrozenSet<string> ThreeDecimals =
        FrozenSet.ToFrozenSet(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]);

    public static int Decimals(string currency) =>
        NoDecimals.Contains(currency) ? 0 : ThreeDecimals.Contains(currency) ? 3 : UsualDecimals;

    /// <summary>One whole unit: 100 for EUR, 1 for JPY, 1000 for BHD.</summary>
    public static long OneMajor(string currency) => PowerOfTen(Decimals(currency));

    /// <summary>The amount in major units with a point and every decimal of its currency.</summary>
    public static string Text(long value, string currency) => Text(value, Decimals(currency));

    /// <summary>The same with that many decimals.</summary>
    public static string Text(long value, int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        if (decimals == 0) return value.ToString();
        var (whole, rest) = Math.DivRem(value, PowerOfTen(decimals));
        return $"{whole}.{rest.ToString($"D{decimals}")}";
    }

    static long PowerOfTen(int exponent)
    {
        var units = 1L;
        for (var i = 0; i < exponent; i++) units *= 10;
        return units;
    }
}
