using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class RoutingRulesTests
{
    static readonly MerchantRouting Nothing = new() { Merchant = new MerchantId("mer_1") };
    static readonly RoutingProgram North = RoutingProgram.Usual([A.Northbank]);
    static readonly RoutingProgram South = RoutingProgram.Usual([A.Southbank]);
    static readonly ExperimentId Id = new("exp_1");

    static ProgramChange By(string key, string? request = null) => new(key, A.Moment, Note: null, request);

    static NewExperiment Wanted(int share = 10, ExperimentId? id = null) => new(id ?? Id, South, share, 3, 100);

    static MerchantRouting Made(RoutingDecision decision) => Assert.IsType<RoutingDecision.Accepted>(decision).Routing;

    static RoutingRejection Refused(RoutingDecision decision) => Assert.IsType<RoutingDecision.Rejected>(decision).Reason;

    [Fact]
    public void Every_change_makes_the_next_version_and_says_who_made_it()
    {
        var first = Made(RoutingRules.Put(Nothing, seen: 0, North, By("key_1")));
        var second = Made(RoutingRules.Put(first, seen: 1, South, By("key_2")));

        Assert.Equal((2, 2, 2, "key_2"), (second.Revision, second.LastVersion, second.Current!.Program.Version, second.Current.By));
        Assert.Equal(ProgramCause.Changed, second.Current.Cause);
        Assert.Equal(RoutingRejection.HasChanged, Refused(RoutingRules.Put(second, seen: 1, North, By("key_1"))));
    }

    [Fact]
    public void A_rollback_is_a_new_version_and_the_same_request_makes_one_only()
    {
        var changed = Made(RoutingRules.Put(Nothing, seen: null, South, By("key_1")));

        var back = Made(RoutingRules.RollBack(changed, North with { Version = 5 }, By("key_1", "rbk_1")));
        var again = Made(RoutingRules.RollBack(back, North with { Version = 5 }, By("key_1", "rbk_1")));

        Assert.Equal((2, 5), (back.Current!.Program.Version, back.Current.ContentOf!.Value));
        Assert.Same(back, again);
        Assert.Equal(RoutingRejection.NoSuchVersion, Refused(RoutingRules.RollBack(back, null, By("key_1"))));
    }

    [Fact]
    public void While_an_experiment_runs_nothing_else_is_changed_and_its_end_is_one()
    {
        var running = Made(RoutingRules.Start(Nothing, Wanted(), By("key_1")));

        Assert.Same(running, Made(RoutingRules.Start(running, Wanted(), By("key_1"))));
        Assert.Equal(RoutingRejection.ExperimentRuns, Refused(RoutingRules.Put(running, null, North, By("key_1"))));
        Assert.Equal(RoutingRejection.ExperimentRuns, Refused(RoutingRules.RollBack(running, North, By("key_1"))));
        Assert.Equal(
            RoutingRejection.ExperimentRuns,
            Refused(RoutingRules.Start(running, Wanted(id: new ExperimentId("exp_2")), By("key_1"))));

        var ended = Made(RoutingRules.Stop(running, Id, ExperimentEnd.Stopped, A.Moment));
        Assert.Same(ended, Made(RoutingRules.Stop(ended, Id, ExperimentEnd.GuardrailBreached, A.Moment)));
        Assert.Equal((1, ExperimentEnd.Stopped), (ended.LastVersion, ended.Experiment!.End!.Value));
        Assert.Equal(
            RoutingRejection.NoExperiment, Refused(RoutingRules.Stop(ended, new ExperimentId("exp_2"), ExperimentEnd.Stopped, A.Moment)));
    }

    [Fact]
    public void The_share_of_an_experiment_goes_by_its_variant_and_always_the_same_payments()
    {
        const int Payments = 10_000;
        var running = Made(RoutingRules.Start(Made(RoutingRules.Put(Nothing, null, North, By("key_1"))), Wanted(share: 20), By("key_1")));
        var ids = Enumerable.Range(0, Payments).Select(number => new PaymentId($"pay_{number:x32}")).ToList();

        var first = ids.Select(id => running.ProgramFor(id)!.Version).ToList();

        Assert.Equal(first, ids.Select(id => running.ProgramFor(id)!.Version));
        Assert.InRange(first.Count(version => version == 2) * 100.0 / Payments, 18.4, 21.6);
        var ended = Made(RoutingRules.Stop(running, Id, ExperimentEnd.Stopped, A.Moment));
        Assert.All(ids.Take(100), id => Assert.Equal(1, ended.ProgramFor(id)!.Version));
    }

    [Theory]
    [InlineData(90, 10, 87, 13, false)] // by the guardrail itself, and no more
    [InlineData(900, 100, 869, 131, true)]
    [InlineData(90, 10, 80, 19, false)] // one short of the sample
    [InlineData(80, 19, 10, 90, false)]
    [InlineData(90, 10, 86, 14, true)]
    [InlineData(80, 20, 99, 1, false)]
    [InlineData(0, 0, 0, 0, false)]
    public void A_variant_is_stopped_when_it_falls_behind_by_more_than_the_guardrail(
        int controlApproved, int controlDeclined, int variantApproved, int variantDeclined, bool isBreached)
    {
        var experiment = Made(RoutingRules.Start(Nothing, Wanted(), By("key_1"))).Experiment!;

        Assert.Equal(isBreached, Guardrail.IsBreached(
            experiment, new SideCount(controlApproved, controlDeclined), new SideCount(variantApproved, variantDeclined)));
    }
}
