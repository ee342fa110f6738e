using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class ReplayTests
{
    static readonly Payment Paid = A.Payment(100_00);
    static readonly RoutingProgram North = RoutingProgram.Usual([A.Northbank]);
    static readonly RoutingProgram South = RoutingProgram.Usual([A.Southbank]);

    static readonly IReadOnlyList<AcquirerProfile> Profiles =
    [
        new() { Name = A.Northbank, Brands = [CardBrand.Visa], Fee = new Fee(100, 0) },
        new() { Name = A.Southbank, Brands = [CardBrand.Visa], Fee = new Fee(200, 0) },
    ];

    static RouteExplanation Recorded(RoutingProgram program, double successesOfSouth) =>
        Explanations.Of(Router.Plan(new RoutingSnapshot(
            PaymentFacts.Of(Paid),
            program,
            Profiles,
            [
                new AcquirerStanding(A.Northbank, new Estimate(1_000, 1_000, "all"), OutageState.Healthy),
                new AcquirerStanding(A.Southbank, new Estimate(successesOfSouth, 2_000 - successesOfSouth, "all"), OutageState.Healthy),
            ])));

    [Fact]
    public void A_candidate_that_decides_the_same_changes_nothing()
    {
        var rerouting = Replay.Reroute(Paid, Recorded(North, 1_500), North, Profiles);

        Assert.Equal((A.Northbank, A.Northbank), (rerouting.From!.Value, rerouting.To!.Value));
        Assert.Equal((Expected.Zero, Expected.Zero), (rerouting.Approval, rerouting.Cost));
    }

    [Fact]
    public void A_better_and_dearer_acquirer_shows_more_approvals_and_a_higher_cost_each_within_its_interval()
    {
        var rerouting = Replay.Reroute(Paid, Recorded(North, 1_500), South, Profiles);

        Assert.Equal(0.25, rerouting.Approval.Value, 0.01);
        Assert.InRange(rerouting.Approval.Low, 0.2, 0.25);
        Assert.InRange(rerouting.Approval.High, 0.25, 0.3);
        // Three quarters of 200 cents instead of one half of 100.
        Assert.Equal(100, rerouting.Cost.Value, 2.0);
        Assert.InRange(rerouting.Cost.Value, rerouting.Cost.Low, rerouting.Cost.High);
    }

    [Fact]
    public void A_candidate_that_leaves_nobody_loses_what_was_approved()
    {
        var rerouting = Replay.Reroute(Paid, Recorded(North, 1_500), RoutingProgram.Usual([]), Profiles);

        Assert.Null(rerouting.To);
        Assert.Equal(-0.5, rerouting.Approval.Value, 0.01);
    }

    [Fact]
    public void A_tally_counts_what_moves_from_where_to_where()
    {
        var rerouting = Replay.Reroute(Paid, Recorded(North, 1_500), South, Profiles);

        var tally = new SimulationTally().WithUnrecorded()
            .WithReplayed("pay_1", isIdentical: true).With(rerouting)
            .WithReplayed("pay_2", isIdentical: false).With(rerouting);

        Assert.Equal((3, 1, 1, 1, 2), (tally.Payments, tally.WithoutRecord, tally.Identical, tally.Different, tally.Rerouted));
        Assert.Equal(["pay_2"], tally.Examples);
        Assert.Equal([new Moved("northbank", "southbank", 2)], tally.Moves);
        Assert.Equal(2 * rerouting.Approval.Value, tally.Approvals.Value, 1e-9);
        Assert.Equal(2 * rerouting.Cost.High, tally.Costs["EUR"].High, 1e-9);
    }
}
