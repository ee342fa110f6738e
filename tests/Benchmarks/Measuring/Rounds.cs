namespace Railyard.Benchmarks.Measuring;

/// <summary>The rounds of a measurement: each measures the yardstick and then the subject, in the same weather.</summary>
sealed record Rounds(Samples Measured, Samples Ratio)
{
    public static async Task<Rounds> MeasureAsync(Pace pace, Func<Task<double>> yardstick, Func<Task<double>> subject)
    {
        // The first of each pays for compilation and for growing files; nobody waits for those twice.
        await yardstick();
        await subject();
        var measured = new List<double>(pace.Rounds);
        var ratios = new List<double>(pace.Rounds);
        for (var round = 0; round < pace.Rounds; round++)
        {
            var length = await yardstick();
            var value = await subject();
            measured.Add(value);
            ratios.Add(value / length);
        }
        return new(Samples.Of(measured), Samples.Of(ratios));
    }
}
