using System.Collections.Concurrent;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Railyard.Local.Tests.Durable;

/// <summary>
/// A hundred orchestrations of every kind of step, under an engine that is killed at random moments. Whatever
/// the moment, each must end with the one output its input allows, and with every effect it was to have.
/// </summary>
public sealed class CrashTests
{
    const int Orchestrations = 100;
    const int Kills = 12;
    const int LongestLifeMilliseconds = 60;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task Killed_at_random_moments_every_orchestration_ends_as_designed(
        ulong seed, bool replaysEveryTurn)
    {
        var dice = new Dice(seed);
        var effects = new ConcurrentDictionary<string, int>();
        await using var engine = Workload(effects, replaysEveryTurn).Start();
        foreach (var i in Enumerable.Range(0, Orchestrations))
            await UntilDone(engine, () => ScheduleAsync(engine, i));

        var raising = Enumerable.Range(0, Orchestrations).Select(i => RaiseAsync(engine, i)).ToArray();
        for (var kill = 0; kill < Kills; kill++)
        {
            await PassAsync(dice.Next(LongestLifeMilliseconds));
            await engine.KillAndReopenAsync();
        }
        await Task.WhenAll(raising);

        for (var i = 0; i < Orchestrations; i++) await AssertEndedAsDesigned(engine, i, seed);
        AssertEveryEffect(effects, seed);
    }

    static TestEngine Workload(ConcurrentDictionary<string, int> effects, bool replaysEveryTurn)
    {
        int Count(string key) => effects.AddOrUpdate(key, 1, (_, count) => count + 1);

        return new TestEngine { ReplaysEveryTurn = replaysEveryTurn }
            .Activity<string, int>("Effect", key => Math.Min(1, Count(key)))
            .Activity<string, int>("Flaky", key => Count(key) < 2
                ? throw new IOException("the first attempt fails")
                : 10)
            .Orchestrator("Child", async context =>
            {
                var key = context.GetInput<string>();
                return await context.CallActivityAsync<int>("Effect", $"{key}/child") * 100;
            })
            .Orchestrator("Everything", RunEverything);
    }

    static async Task<int> RunEverything(TaskOrchestrationContext context)
    {
        var (round, sum) = context.GetInput<(int, int)>();
        var key = $"{context.InstanceId}/{round}";
        var retry = TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMilliseconds(1)));
        var flaky = context.CallActivityAsync<int>("Flaky", $"{key}/flaky", retry);
        var child = context.CallSubOrchestratorAsync<int>("Child", key);
        var effect = context.CallActivityAsync<int>("Effect", $"{key}/effect");
        sum += (await Task.WhenAll(flaky, child, effect)).Sum();
        await context.CreateTimer(TimeSpan.FromMilliseconds(2), CancellationToken.None);
        sum += await context.WaitForExternalEvent<int>("Value");
        if (round < 2) context.ContinueAsNew((round + 1, sum));
        return sum;
    }

    static Task<string> ScheduleAsync(TestEngine engine, int i) =>
        engine.Client.ScheduleNewOrchestrationInstanceAsync(
            "Everything",
            (0, 0),
            new StartOrchestrationOptions($"every-{i}").WithDedupeStatuses(
                [.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]),
            TestEngine.Cancellation);

    // Each event has its own weight, so the sum shows which one was lost or taken twice.
    static async Task RaiseAsync(TestEngine engine, int i)
    {
        foreach (var value in (int[])[1_000, 20_000, 300_000])
        {
            await PassAsync((i * 7 + value) % 211);
            await UntilDone(engine, () => engine.RaiseAsync($"every-{i}", "Value", value));
        }
    }

    static async Task UntilDone(TestEngine engine, Func<Task> action)
    {
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            var before = engine.Engine;
            try
            {
                await action();
                return;
            }
            catch (ObjectDisposedException)
            {
                while (engine.Engine == before) await PassAsync(1);
            }
        }
        Assert.Fail("The engine never answered.");
    }

    static async Task AssertEndedAsDesigned(TestEngine engine, int i, ulong seed)
    {
        var end = await engine.EndOfAsync($"every-{i}");
        Assert.True(
            end.RuntimeStatus == OrchestrationRuntimeStatus.Completed,
            $"seed {seed}: every-{i} is {end.RuntimeStatus}: {end.FailureDetails}");
        Assert.True(
            end.ReadOutputAs<int>() == 3 * 111 + 321_000,
            $"seed {seed}: every-{i} came to {end.SerializedOutput}");
    }

    static void AssertEveryEffect(ConcurrentDictionary<string, int> effects, ulong seed)
    {
        foreach (var i in Enumerable.Range(0, Orchestrations))
            foreach (var round in Enumerable.Range(0, 3))
                foreach (var effect in (string[])["effect", "flaky", "child"])
                    Assert.True(
                        effects.ContainsKey($"every-{i}/{round}/{effect}"),
                        $"seed {seed}: {i} {round} {effect}");
        Assert.True(effects.Count == Orchestrations * 9, $"seed {seed}: {effects.Count} effects");
    }

    static Task PassAsync(int milliseconds) =>
        Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, TestEngine.Cancellation);

    // SplitMix64: a seed is all there is to it.
    sealed class Dice(ulong seed)
    {
        ulong state = seed;

        public int Next(int below)
        {
            unchecked
            {
                var mixed = state += 0x9E3779B97F4A7C15;
                mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
                mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
                return (int)((mixed ^ (mixed >> 31)) % (ulong)below);
            }
        }
    }
}
