namespace Railyard.Benchmarks.Measuring;

/// <summary>The same thing measured several times. The median counts; the extremes show the machine's noise.</summary>
sealed record Samples(double Median, double Least, double Most)
{
    public static Samples Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return new(Quantile(sorted, 0.5), sorted[0], sorted[^1]);
    }

    public static Samples Once(double value) => new(value, value, value);

    /// <summary>The value below which that share of the sorted values lies (nearest rank).</summary>
    public static double Quantile(IReadOnlyList<double> sorted, double share)
    {
        var rank = (int)Math.Ceiling(share * sorted.Count);
        return sorted[Math.Clamp(rank - 1, 0, sorted.Count - 1)];
    }
}
