using System.Diagnostics;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;

namespace Railyard.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    const int FixedSeeds = 60;
    const int Payments = 2_500;

    static readonly ulong? Seed = Read("SEED");
    static readonly ulong? Seeds = Read("SEEDS");
    static readonly int Length = (int)(Read("PAYMENTS") ?? Payments);

    [Fact]
    public void Nothing_is_charged_twice_or_lost_or_left_whatever_goes_wrong()
    {
        var first = Seed ?? 1;
        var count = Seeds ?? (Seed is null ? FixedSeeds : 1UL);

        var tally = Run(Enumerable.Range(0, (int)count).Select(number => first + (ulong)number));

        Assert.Equal(Length * (long)count, tally.Payments);
        if (Seed is null) AssertThatAllOfItHappened(tally);
    }

    [Fact]
    public void Nor_from_a_seed_that_nobody_has_tried()
    {
        Assert.SkipUnless(Seed is null, "A seed was given.");
        var fresh = (ulong)Stopwatch.GetTimestamp() % 1_000_000_000;
        output.WriteLine($"RAILYARD_SIMULATION_SEED={fresh}");

        Assert.Equal(Length, Run([fresh]).Payments);
    }

    [Fact]
    public void The_same_seed_is_the_same_run()
    {
        var (once, again, other) = (SimulatedRun.Run(7, 500), SimulatedRun.Run(7, 500), SimulatedRun.Run(8, 500));

        Assert.Equal((once.Steps, once.Fingerprint), (again.Steps, again.Fingerprint));
        Assert.NotEqual(once.Fingerprint, other.Fingerprint);
    }

    // A simulation in which nothing happens would pass as well.
    static void AssertThatAllOfItHappened(Tally tally)
    {
        var ends = Enum.GetValues<PaymentStatus>().Except([PaymentStatus.Processing, PaymentStatus.RequiresAction]);
        Assert.Equal(ends.Order(), tally.Ended.Keys.Order());
        Assert.Equal(Enum.GetValues<ReviewKind>().Order(), tally.Listed.Keys.Order());
        Assert.True(tally.Undone > 0);
        Assert.InRange(tally.DeadLetters, 1, tally.Payments / 20);
    }

    Tally Run(IEnumerable<ulong> seeds)
    {
        var watch = Stopwatch.StartNew();
        var all = seeds.Select(seed => SimulatedRun.Run(seed, Length)).Aggregate((sum, one) => sum.And(one));
        output.WriteLine($"{all}; {all.Steps / watch.Elapsed.TotalMinutes / 1e6:0.#} million steps a minute");
        return all;
    }

    static ulong? Read(string name) =>
        Environment.GetEnvironmentVariable($"RAILYARD_SIMULATION_{name}") is { Length: > 0 } text ? ulong.Parse(text) : null;
}
