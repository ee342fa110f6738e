using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Railyard.Benchmarks.Measuring;

namespace Railyard.Benchmarks.Rules;

/// <summary>Core's functions on their own, by BenchmarkDotNet.</summary>
static class Functions
{
    const double NanosecondsInMicrosecond = 1_000;
    const double NanosecondsInMillisecond = 1_000_000;

    public static Task<IReadOnlyList<Row>> MeasureAsync(Pace pace) => Task.Run<IReadOnlyList<Row>>(() =>
    {
        using var scratch = new Scratch();
        var route = BenchmarkRunner.Run<RouteDecision>(Config(pace, RunStrategy.Throughput, scratch.Path));
        var once = Config(pace, RunStrategy.Monitoring, scratch.Path);
        var join = BenchmarkRunner.Run<ShardJoining>(once);
        var parse = BenchmarkRunner.Run<SettlementParsing>(once);
        return
        [
            Row("route decision, 8 acquirers", Of(route, nameof(RouteDecision.Plan)), NanosecondsInMicrosecond, "µs") with
            {
                Target = Target.AtMost(5),
            },
            new("route decision: allocated", Samples.Once(Allocated(route)), "B"),
            Against("join of a shard of 100,000 lines", join, nameof(ShardJoining.Join), nameof(ShardJoining.LookUp), "look-ups of the same keys"),
            Against("parse of 1,000,000 settlement lines", parse, nameof(SettlementParsing.Parse), nameof(SettlementParsing.Scan), "scan for line ends and commas"),
        ];
    });

    // What takes a second is run once an iteration, what takes a microsecond very often. In this process: a benchmark project of its own for each would be restored and built first.
    static ManualConfig Config(Pace pace, RunStrategy strategy, string artifacts) => ManualConfig.CreateEmpty()
        .AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.DontLogOutput)
            .WithStrategy(strategy)
            .WithWarmupCount(pace.IsQuick ? 1 : 3)
            .WithIterationCount(pace.Rounds))
        .AddLogger(NullLogger.Instance)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .WithArtifactsPath(artifacts);

    static Row Against(string what, Summary summary, string subject, string yardstick, string name)
    {
        var row = Row(what, Of(summary, subject), NanosecondsInMillisecond, "ms");
        var length = Of(summary, yardstick).ResultStatistics!.Median / NanosecondsInMillisecond;
        return row with { Ratio = Samples.Once(row.Measured.Median / length), Yardstick = name };
    }

    static Row Row(string what, BenchmarkReport report, double nanosecondsInUnit, string unit)
    {
        var statistics = report.ResultStatistics!;
        return new(what, new(
            statistics.Median / nanosecondsInUnit, statistics.Min / nanosecondsInUnit, statistics.Max / nanosecondsInUnit), unit);
    }

    static double Allocated(Summary summary)
    {
        var report = summary.Reports.Single();
        return report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;
    }

    static BenchmarkReport Of(Summary summary, string method) =>
        summary.Reports.FirstOrDefault(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name == method && report.Success)
            ?? throw new InvalidOperationException($"{method} could not be measured: {string.Join("; ", summary.ValidationErrors)}");
}
