namespace Railyard.Core.Acquiring;

/// <summary>Amounts from one count of minor units to another.</summary>
static class MinorUnitScale
{
    const int Ten = 10;

    /// <summary>The value with that many decimal digits instead, or null where it has none such.</summary>
    public static long? Rescale(long value, int from, int to)
    {
        for (; from < to; from++)
        {
            if (value > long.MaxValue / Ten) return null;
            value *= Ten;
        }
        for (; from > to; from--)
        {
            if (value % Ten != 0) return null;
            value /= Ten;
        }
        return value;
    }
}
