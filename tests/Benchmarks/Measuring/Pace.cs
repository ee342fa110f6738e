namespace Railyard.Benchmarks.Measuring;

/// <summary>How long and how often things are measured.</summary>
sealed record Pace(bool IsQuick)
{
    public int Rounds => IsQuick ? 3 : 7;

    /// <summary>That many, or a quarter of them.</summary>
    public int Count(int whole) => IsQuick ? whole / 4 : whole;

    public TimeSpan Load => TimeSpan.FromSeconds(IsQuick ? 5 : 20);
}
