using Railyard.Benchmarks.Measuring;
using Railyard.Benchmarks.Start;
using Railyard.Benchmarks.Yardsticks;

namespace Railyard.Benchmarks.Payments;

/// <summary>Payments over HTTP against the app as a process, on the whole local stack, and what each of them costs.</summary>
static class PaymentLoad
{
    // At first much of the app's time goes into watching what is hot and compiling it once more. After so many it is what it
    // stays at, and so a quick run needs as many.
    const int WarmUp = 15_000;
    const int ClosedCount = 2_400;
    const int OpenPerSecond = 200;
    const int Sustained = 32;
    const int Counted = 200;
    const int FewestForP99 = 100;

    static readonly int[] InFlight = [Sustained, 8, 1];

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Pace pace)
    {
        using var scratch = new Scratch();
        await using var echo = await LoopbackEcho.StartAsync();
        await using var app = AppProcess.Start(scratch.Path);
        await app.UntilItAnswersAsync();
        using var merchant = await Merchant.OpenAsync(app.Address);
        await Load.ClosedAsync(Sustained, WarmUp, _ => merchant.PayAsync());
        var rows = new List<Row>();
        foreach (var inFlight in InFlight) rows.AddRange(await ClosedAsync(pace, app, merchant, echo, inFlight));
        rows.AddRange(await OpenAsync(pace, merchant));
        rows.AddRange(await BudgetAsync(app, merchant));
        return rows;
    }

    static async Task<IEnumerable<Row>> ClosedAsync(
        Pace pace, AppProcess app, Merchant merchant, LoopbackEcho echo, int inFlight)
    {
        var loads = new List<Load>();
        var cpu = new List<double>();
        var rounds = await Rounds.MeasureAsync(pace, () => echo.PerSecondAsync(inFlight), async () =>
        {
            var before = app.Cpu;
            var late = merchant.Late;
            loads.Add(await Load.ClosedAsync(inFlight, CountOf(pace, inFlight), _ => merchant.PayAsync()));
            if (merchant.Late != late) throw new InvalidDataException($"{merchant.Late - late} of {loads[^1].Count} payments were answered undecided.");
            cpu.Add((app.Cpu - before).TotalMilliseconds / loads[^1].Count);
            return loads[^1].PerSecond;
        });
        var typical = loads.OrderBy(load => load.PerSecond).ElementAt(loads.Count / 2);
        return
        [
            new($"payments: authorised, {inFlight} in flight", rounds.Measured, "/s")
            {
                Target = inFlight == Sustained ? Target.AtLeast(500) : null, Ratio = rounds.Ratio, Yardstick = LoopbackEcho.Name,
            },
            .. Latencies($"{inFlight} in flight", typical),
            new($"payments: {inFlight} in flight, CPU of the app for each", Samples.Of(cpu), "ms"),
        ];
    }

    // What is late is no authorised payment: it is told beside the times, which know only that an answer came.
    static async Task<IEnumerable<Row>> OpenAsync(Pace pace, Merchant merchant)
    {
        var before = merchant.Late;
        var load = await Load.OpenAsync(OpenPerSecond, pace.Load, _ => merchant.PayAsync());
        return
        [
            .. Latencies($"at {OpenPerSecond}/s", load, p99: 100),
            new($"payments: at {OpenPerSecond}/s, answered undecided (202)", Samples.Once(merchant.Late - before), "")
            {
                Target = Target.AtMost(0),
            },
        ];
    }

    // With few in flight fewer are done in the same time, but a 99th percentile needs some.
    static int CountOf(Pace pace, int inFlight) => Math.Max(FewestForP99, pace.Count(ClosedCount) * inFlight / Sustained);

    static IEnumerable<Row> Latencies(string where, Load load, double? p99 = null) =>
    [
        new($"payments: {where}, p50", Samples.Once(load.Median), "ms"),
        new($"payments: {where}, p99", Samples.Once(load.P99), "ms") { Target = p99 is { } bound ? Target.AtMost(bound) : null },
    ];

    // One after the other, so that whatever follows from a payment is counted before the second reading but for the last few.
    static async Task<IEnumerable<Row>> BudgetAsync(AppProcess app, Merchant merchant)
    {
        await Settle.UntilNothingIsCountedAsync(app.Cosmos);
        var before = await MeterReading.TakeAsync(app.Cosmos);
        await Load.ClosedAsync(1, Counted, _ => merchant.PayAsync());
        await Settle.UntilNothingIsCountedAsync(app.Cosmos);
        return PaymentBudget.Rows(before, await MeterReading.TakeAsync(app.Cosmos), Counted);
    }
}
