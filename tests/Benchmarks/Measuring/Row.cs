namespace Railyard.Benchmarks.Measuring;

/// <summary>A bound that a median is held to.</summary>
sealed record Target(double Bound, bool IsLeast)
{
    public static Target AtLeast(double bound) => new(bound, IsLeast: true);

    public static Target AtMost(double bound) => new(bound, IsLeast: false);

    public bool IsMetBy(Samples measured) => IsLeast ? measured.Median >= Bound : measured.Median <= Bound;
}

/// <summary>One line of the table.</summary>
sealed record Row(string What, Samples Measured, string Unit)
{
    public Target? Target { get; init; }

    /// <summary>Measured by yardstick, round by round: what the machine does to both cancels out.</summary>
    public Samples? Ratio { get; init; }

    /// <summary>What the ratio is to.</summary>
    public string Yardstick { get; init; } = "";

    /// <summary>A bound that the median of the ratio is held to.</summary>
    public double? MostRatio { get; init; }

    public string Verdict => Target is null && MostRatio is null ? "" : IsMet ? "met" : "missed";

    bool IsMet => Target?.IsMetBy(Measured) != false && (MostRatio is null || Ratio?.Median <= MostRatio);
}
