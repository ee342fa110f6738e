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
    // One iteration of a join or a parse is one call: with fewer of them its code is measured before it is optimised.
    const int WarmUps = 4;
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
            Against(
                Row("route decision, 20 rules, 8 acquirers", Of(route, nameof(RouteDecision.Plan)), NanosecondsInMicrosecond, "µs"),
                Of(route, nameof(RouteDecision.Walk)), NanosecondsInMicrosecond, "walk of the tree of the rules") with
            {
                Target = Target.AtMost(5),
            },
            new("route decision: allocated", Samples.Once(Allocated(Of(route, nameof(RouteDecision.Plan)))), "B"),
            Row("route decision, by expected value", Of(route, nameof(RouteDecision.Optimise)), NanosecondsInMicrosecond, "µs") with
            {
                Target = Target.AtMost(5),
            },
            new("route decision, by expected value: allocated", Samples.Once(Allocated(Of(route, nameof(RouteDecision.Optimise)))), "B"),
            Against(
                Row("rule found among 20", Of(route, nameof(RouteDecision.Match)), NanosecondsInMicrosecond, "µs"),
                Of(route, nameof(RouteDecision.Walk)), NanosecondsInMicrosecond, "walk of the tree of the rules"),
            new("rule found among 20: allocated", Samples.Once(Allocated(Of(route, nameof(RouteDecision.Match)))), "B"),
            Against(
                Row("join of a shard of 100,000 lines", Of(join, nameof(ShardJoining.Join)), NanosecondsInMillisecond, "ms"),
                Of(join, nameof(ShardJoining.LookUp)), NanosecondsInMillisecond, "look-ups of the same keys"),
            Against(
                Row("parse of 1,000,000 settlement lines", Of(parse, nameof(SettlementParsing.Parse)), NanosecondsInMillisecond, "ms"),
                Of(parse, nameof(SettlementParsing.Scan)), NanosecondsInMillisecond, "scan for line ends and commas"),
        ];
    });

    // What takes a second is run once an iteration, what takes a microsecond very often. In this process: a benchmark project of its own for each would be restored and built first.
    static ManualConfig Config(Pace pace, RunStrategy strategy, string artifacts) => ManualConfig.CreateEmpty()
        .AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.DontLogOutput)
            .WithStrategy(strategy)
            .WithWarmupCount(WarmUps)
            .WithIterationCount(pace.Rounds))
        .AddLogger(NullLogger.Instance)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .WithArtifactsPath(artifacts);

    static Row Against(Row row, BenchmarkReport yardstick, double nanosecondsInUnit, string name) => row with
    {
        Ratio = Samples.Once(row.Measured.Median / (yardstick.ResultStatistics!.Median / nanosecondsInUnit)),
        Yardstick = name,
    };

    static Row Row(string what, BenchmarkReport report, double nanosecondsInUnit, string unit)
    {
        var statistics = report.ResultStatistics!;
        return new(what, new(
            statistics.Median / nanosecondsInUnit, statistics.Min / nanosecondsInUnit, statistics.Max / nanosecondsInUnit), unit);
    }

    static double Allocated(BenchmarkReport report) =>
        report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;

    static BenchmarkReport Of(Summary summary, string method) =>
        summary.Reports.FirstOrDefault(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name == method && report.Success)
            ?? throw new InvalidOperationException($"{method} could not be measured: {string.Join("; ", summary.ValidationErrors)}");
}
