using Railyard.Local.Runtime.Testing;

namespace Railyard.Local.Tests.Testing;

public sealed class FaultPlanTests
{
    const int Occasions = 10_000;

    [Fact]
    public void One_seed_always_draws_the_same_and_another_draws_something_else()
    {
        var first = Strikes(FaultPlan.Everything(7));
        var again = Strikes(FaultPlan.Everything(7));
        var other = Strikes(FaultPlan.Everything(8));

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void A_fault_strikes_about_as_often_as_its_probability_says()
    {
        var plan = new FaultPlan(42).With(Fault.LoseLock, 0.25);

        for (var i = 0; i < Occasions; i++) plan.Strikes(Fault.LoseLock);

        Assert.InRange(plan.Struck(Fault.LoseLock), Occasions * 0.23, Occasions * 0.27);
        Assert.Equal(0, plan.Struck(Fault.RepeatActivity));
    }

    [Fact]
    public void A_script_names_the_occasions()
    {
        var plan = new FaultPlan(1).At(Fault.CrashAfterCommit, 2, 5);

        int[] struck = [.. Enumerable.Range(1, 6).Where(_ => plan.Strikes(Fault.CrashAfterCommit))];

        Assert.Equal([2, 5], struck);
    }

    [Fact]
    public void The_seed_and_what_struck_are_printed()
    {
        var plan = new FaultPlan(17).At(Fault.RedeliverBlob, 1);

        plan.Strikes(Fault.RedeliverBlob);
        plan.Strikes(Fault.RedeliverBlob);

        Assert.Equal("seed 17, RedeliverBlob 1/2", plan.ToString());
    }

    [Fact]
    public void A_pick_is_one_of_what_is_there_and_a_delay_no_longer_than_the_longest()
    {
        var plan = new FaultPlan(3).With(Fault.ReorderMessages, 1).With(Fault.DelayMessage, 1);

        var picks = Enumerable.Range(0, 200).Select(_ => plan.Pick(3)).ToHashSet();
        var delays = Enumerable.Range(0, 200).Select(_ => plan.Delay()).ToArray();

        Assert.Subset(new HashSet<int> { 1, 2 }, picks);
        Assert.All(delays, delay => Assert.InRange(delay, TimeSpan.Zero, plan.LongestDelay));
        Assert.True(delays.Distinct().Count() > 100);
    }

    static List<bool> Strikes(FaultPlan plan) =>
        [.. Enumerable.Range(0, Occasions).Select(_ => plan.Strikes(Fault.ReorderMessages))];
}
