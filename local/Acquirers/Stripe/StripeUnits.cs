namespace Railyard.Local.Acquirers.Stripe;

/// <summary>How many decimals each currency has at Stripe.</summary>
static class StripeUnits
{
    const int UsualDecimals = 2;

    // ISK and UGX have two here, which are always 00.
    static readonly HashSet<string> NoDecimals =
        ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];

    static readonly HashSet<string> ThreeDecimals = ["BHD", "JOD", "KWD", "OMR", "TND"];

    /// <summary>An amount in major units, with its sign.</summary>
    public static string Text(long value, string currency) =>
        (value < 0 ? "-" : "") + MinorUnits.Text(Math.Abs(value), Decimals(currency));

    static int Decimals(string currency) =>
        NoDecimals.Contains(currency) ? 0 : ThreeDecimals.Contains(currency) ? 3 : UsualDecimals;
}
