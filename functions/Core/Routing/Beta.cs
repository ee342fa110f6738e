namespace Railyard.Core.Routing;

/// <summary>
/// Quantiles of the beta distribution by the normal approximation of Abramowitz and Stegun 26.5.22. For parameters of 2 and
/// more it is off by 0.006 at most (a test holds it against the exact distribution), and costs a root and a power.
/// </summary>
public static class Beta
{
    /// <summary>The value below which a beta variate stays as often as a normal one stays below that many deviations.</summary>
    public static double At(double successes, double failures, double deviations)
    {
        var (left, right) = (1 / ((2 * successes) - 1), 1 / ((2 * failures) - 1));
        var harmonic = 2 / (left + right);
        var skew = ((deviations * deviations) - 3) / 6;
        var spread = -deviations * Math.Sqrt(Math.Max(0, harmonic + skew)) / harmonic;
        var w = spread - ((right - left) * (skew + (5.0 / 6) - (2 / (3 * harmonic))));
        return successes / (successes + (failures * Math.Exp(2 * w)));
    }

    /// <summary>
    /// The deviations below which a normal variate stays with that probability (Abramowitz and Stegun 26.2.23, off by
    /// 0.00045 at most). So a number drawn from 0 to 1 becomes a normal variate, and with <see cref="At"/> a beta variate.
    /// </summary>
    public static double Deviations(double probability)
    {
        var tail = Math.Max(Math.Min(probability, 1 - probability), Smallest);
        var t = Math.Sqrt(-2 * Math.Log(tail));
        var above = t - ((2.515517 + (t * (0.802853 + (t * 0.010328))))
            / (1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308)))))));
        return probability < OneHalf ? -above : above;
    }

    // Draws have 53 bits: nothing smaller comes but zero itself.
    const double Smallest = 1e-16;
    const double OneHalf = 0.5;
}
