namespace Railyard.Benchmarks.Measuring;

/// <summary>What a load came to.</summary>
sealed record Load(int Count, TimeSpan Elapsed, IReadOnlyList<double> SortedMilliseconds)
{
    static readonly TimeProvider Clock = TimeProvider.System;
    static readonly TimeSpan LongestLoad = TimeSpan.FromMinutes(5);
    const int MostInFlight = 5_000;

    public double PerSecond => Count / Elapsed.TotalSeconds;

    public double Median => Samples.Quantile(SortedMilliseconds, 0.5);

    public double P99 => Samples.Quantile(SortedMilliseconds, 0.99);

    /// <summary>Does something <paramref name="count"/> times, so many at a time, each as soon as one is done.</summary>
    public static async Task<Load> ClosedAsync(int inFlight, int count, Func<int, Task> act)
    {
        var milliseconds = new double[count];
        var next = -1;
        var begin = Clock.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(inFlight, count)).Select(_ => Task.Run(WorkAsync))).WaitAsync(LongestLoad);
        return new(count, Clock.GetElapsedTime(begin), [.. milliseconds.Order()]);

        async Task WorkAsync()
        {
            while (Interlocked.Increment(ref next) is var number && number < count)
            {
                var started = Clock.GetTimestamp();
                await act(number);
                milliseconds[number] = Clock.GetElapsedTime(started).TotalMilliseconds;
            }
        }
    }

    /// <summary>
    /// Does something so often a second whether or not the earlier ones are done. Each is timed from when it was due: what
    /// had to wait because others were slow was slow itself.
    /// </summary>
    public static async Task<Load> OpenAsync(int perSecond, TimeSpan duration, Func<int, Task> act)
    {
        var count = (int)(perSecond * duration.TotalSeconds);
        var milliseconds = new double[count];
        var all = new List<Task>(count);
        var underWay = 0;
        var begin = Clock.GetTimestamp();
        for (var number = 0; number < count; number++)
        {
            var wait = Due(number) - Clock.GetElapsedTime(begin);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, Clock);
            if (Interlocked.Increment(ref underWay) > MostInFlight)
                throw new InvalidOperationException($"{perSecond} a second are more than it can take: {MostInFlight} are under way.");
            var mine = number;
            all.Add(Task.Run(() => OneAsync(mine)));
        }
        await Task.WhenAll(all).WaitAsync(LongestLoad);
        return new(count, Clock.GetElapsedTime(begin), [.. milliseconds.Order()]);

        TimeSpan Due(int number) => TimeSpan.FromSeconds((double)number / perSecond);

        async Task OneAsync(int number)
        {
            await act(number);
            milliseconds[number] = (Clock.GetElapsedTime(begin) - Due(number)).TotalMilliseconds;
            Interlocked.Decrement(ref underWay);
        }
    }
}
