using System.Diagnostics;
using Railyard.Benchmarks.Measuring;

namespace Railyard.Benchmarks.Start;

/// <summary>From starting the process on an empty data folder to its first answer, Azurite being installed.</summary>
static class ColdStart
{
    const string Yardstick = "start of an empty .NET process";

    static readonly TimeProvider Clock = TimeProvider.System;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Pace pace)
    {
        var withoutAzurite = new List<double>();
        var withoutRatio = new List<double>();
        var rounds = await Rounds.MeasureAsync(pace, EmptyProcessAsync, async () =>
        {
            var (whole, waitedForAzurite) = await StartAsync();
            withoutAzurite.Add(whole - waitedForAzurite);
            return whole;
        });
        // The warm-up is the first; the yardstick of each round is whole by ratio.
        withoutAzurite.RemoveAt(0);
        return
        [
            new("start: to the first answer of /health", rounds.Measured, "s")
            {
                Target = Target.AtMost(5), Ratio = rounds.Ratio, Yardstick = Yardstick,
            },
            new("start: the same without the wait for Azurite", Samples.Of(withoutAzurite), "s") { Target = Target.AtMost(2) },
        ];
    }

    // Cosmos listens just before the wait for Azurite begins. Where the app answers first, there was no such wait.
    static async Task<(double Whole, double WaitedForAzurite)> StartAsync()
    {
        using var scratch = new Scratch();
        var begin = Clock.GetTimestamp();
        await using var app = AppProcess.Start(scratch.Path);
        var cosmos = SinceAsync(app.UntilListensAsync(app.CosmosPort));
        var azurite = SinceAsync(app.UntilListensAsync(app.BlobPort));
        var answer = await SinceAsync(app.UntilItAnswersAsync());
        var wait = azurite.IsCompletedSuccessfully && cosmos.IsCompletedSuccessfully ? await azurite - await cosmos : 0;
        await Task.WhenAll(cosmos, azurite);
        return (answer, Math.Max(0, wait));

        async Task<double> SinceAsync(Task reached)
        {
            await reached;
            return Clock.GetElapsedTime(begin).TotalSeconds;
        }
    }

    static async Task<double> EmptyProcessAsync()
    {
        var begin = Clock.GetTimestamp();
        var start = new ProcessStartInfo("dotnet", [Environment.GetCommandLineArgs()[0], Nothing]) { UseShellExecute = false };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? Clock.GetElapsedTime(begin).TotalSeconds
            : throw new InvalidOperationException($"The empty process ended with {process.ExitCode}.");
    }

    /// <summary>The argument with which this program ends at once.</summary>
    public const string Nothing = "nothing";
}
