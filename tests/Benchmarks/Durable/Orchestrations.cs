using Microsoft.DurableTask;
using Railyard.Benchmarks.Measuring;
using Railyard.Benchmarks.Yardsticks;
using Railyard.Local.Durable;

namespace Railyard.Benchmarks.Durable;

/// <summary>Orchestrations of three activities, one after the other, every step of them on disk.</summary>
static class Orchestrations
{
    const int InFlight = 4_000;
    const int Many = 32_000;
    const int Alone = 2_000;
    const int Steps = 3;

    static readonly TimeSpan EndsWithin = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Pace pace)
    {
        using var scratch = new Scratch();
        using var commits = new SqliteCommits(scratch.File("yardstick.db"));
        await using var engine = Open(scratch.File("durable.db"));
        var many = await Rounds.MeasureAsync(
            pace, commits.PerSecondAsync, async () => (await RunAsync(engine, InFlight, pace.Count(Many))).PerSecond);
        var slowest = new List<double>();
        var alone = await Rounds.MeasureAsync(pace, commits.MillisecondsAsync, async () =>
        {
            var load = await RunAsync(engine, 1, pace.Count(Alone));
            slowest.Add(load.P99);
            return load.Median;
        });
        return
        [
            new("durable: orchestrations of 3 activities, 4,000 in flight", many.Measured, "/s")
            {
                Target = Target.AtLeast(1_000), Ratio = many.Ratio, Yardstick = SqliteCommits.Name,
            },
            new("durable: one orchestration alone, p50", alone.Measured, "ms")
            {
                Target = Target.AtMost(5), Ratio = alone.Ratio, Yardstick = SqliteCommits.NameOfOne,
            },
            new("durable: one orchestration alone, p99", Samples.Of(slowest), "ms"),
        ];
    }

    static DurableEngine Open(string path)
    {
        var engine = DurableEngine.Open(new DurableOptions { DatabasePath = path });
        engine.AddOrchestrator("ThreeSteps", async context =>
        {
            var sum = context.GetInput<int>();
            for (var step = 0; step < Steps; step++) sum = await context.CallActivityAsync<int>("AddOne", sum);
            return sum;
        });
        engine.AddActivity("AddOne", call => Task.FromResult(
            engine.Converter.Serialize(engine.Converter.Deserialize<int>(call.SerializedInput) + 1)));
        engine.Start();
        return engine;
    }

    static Task<Load> RunAsync(DurableEngine engine, int inFlight, int count) =>
        Load.ClosedAsync(inFlight, count, async number =>
        {
            var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("ThreeSteps", number);
            var ended = await engine.Client.WaitForInstanceCompletionAsync(id, true).WaitAsync(EndsWithin);
            if (ended.ReadOutputAs<int>() != number + Steps) throw new InvalidDataException($"{id} ended with {ended.SerializedOutput}.");
        });
}
