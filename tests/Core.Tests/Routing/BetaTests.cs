using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class BetaTests
{
    const double PublishedError = 0.006;
    const double PublishedDeviationError = 0.00045;
    const double MostDeviations = 3;
    const double Tiny = 1e-300;

    [Theory]
    [InlineData(3, 2)]
    [InlineData(2, 2)]
    [InlineData(4, 2)]
    [InlineData(20, 2)]
    [InlineData(203, 2)]
    [InlineData(20, 5)]
    [InlineData(3, 40)]
    [InlineData(2.5, 7.25)]
    [InlineData(180, 20)]
    [InlineData(243, 162)]
    public void A_quantile_is_off_by_the_published_error_at_most(double successes, double failures)
    {
        for (var deviations = -MostDeviations; deviations <= MostDeviations; deviations += 0.05)
        {
            var approximate = Beta.At(successes, failures, deviations);

            var below = (successes, failures, x: approximate - PublishedError);
            var above = (successes, failures, x: approximate + PublishedError);
            Assert.True(Cumulative(below) < Normal(deviations), $"at {deviations}: {approximate} is too high");
            Assert.True(Cumulative(above) > Normal(deviations), $"at {deviations}: {approximate} is too low");
        }
    }

    [Fact]
    public void A_quantile_never_falls_while_the_deviations_rise()
    {
        for (var successes = 2.0; successes < 400; successes *= 1.7)
            for (var failures = 2.0; failures < 400; failures *= 1.7)
                Assert.Equal(Quantiles(successes, failures).Order(), Quantiles(successes, failures));
    }

    [Fact]
    public void A_probability_becomes_deviations_with_the_published_error_at_most()
    {
        for (var deviations = -MostDeviations; deviations <= MostDeviations; deviations += 0.01)
            Assert.Equal(deviations, Beta.Deviations(Normal(deviations)), PublishedDeviationError + 1e-6);
    }

    [Fact]
    public void The_ends_of_the_draw_are_no_infinity()
    {
        Assert.InRange(Beta.Deviations(0), -9, -7);
        Assert.InRange(Beta.Deviations(1), 7, 9);
    }

    static List<double> Quantiles(double successes, double failures) =>
        [.. Enumerable.Range(-30, 61).Select(tenths => Beta.At(successes, failures, tenths / 10.0))];

    // The regularised incomplete beta function by its continued fraction (Lentz), exact to ten digits here.
    static double Cumulative((double A, double B, double X) at)
    {
        var (a, b, x) = at;
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        var front = Math.Exp((a * Math.Log(x)) + (b * Math.Log(1 - x)) - LogBeta(a, b));
        return x < (a + 1) / (a + b + 2) ? front * Fraction(a, b, x) / a : 1 - (front * Fraction(b, a, 1 - x) / b);
    }

    static double Fraction(double a, double b, double x)
    {
        var (c, d) = (1.0, 1 / NotZero(1 - ((a + b) * x / (a + 1))));
        var value = d;
        for (var m = 1; m < 1_000; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            (d, c) = (1 / NotZero(1 + (even * d)), NotZero(1 + (even / c)));
            value *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            (d, c) = (1 / NotZero(1 + (odd * d)), NotZero(1 + (odd / c)));
            value *= d * c;
            if (Math.Abs((d * c) - 1) < 1e-14) break;
        }
        return value;
    }

    static double NotZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;

    static double LogBeta(double a, double b) => LogGamma(a) + LogGamma(b) - LogGamma(a + b);

    // Stirling's series, after the argument is shifted to where it is exact enough.
    static double LogGamma(double x)
    {
        var shift = 0.0;
        for (; x < 15; x++) shift += Math.Log(x);
        var inverse = 1 / (x * x);
        var series = ((((1.0 / 1260 * inverse) - (1.0 / 360)) * inverse) + (1.0 / 12)) / x;
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + series - shift;
    }

    static double Normal(double deviations) => deviations < 0 ? 1 - Normal(-deviations) : 1 - (Tail(deviations) / 2);

    // erfc(z / sqrt 2) by Simpson's rule over the density.
    static double Tail(double deviations)
    {
        const int Steps = 400;
        const double Far = 9;
        var width = (Far - deviations) / Steps;
        var sum = Density(deviations) + Density(Far);
        for (var step = 1; step < Steps; step++) sum += Density(deviations + (step * width)) * (step % 2 == 1 ? 4 : 2);
        return 2 * sum * width / 3;
    }

    static double Density(double deviations) => Math.Exp(-deviations * deviations / 2) / Math.Sqrt(2 * Math.PI);
}
