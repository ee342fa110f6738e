using Railyard.Core.Reconciliation;

namespace Railyard.Core.Tests.Reconciliation;

public sealed class DiscrepancyLifeTests
{
    static readonly ApprovalLimits Limits = new(new Dictionary<string, long> { ["EUR"] = 50_00 });

    static readonly Discrepancy Small = Desk.Join([Desk.Line(2, cents: 10_00)], []).Discrepancies[0];
    static readonly Discrepancy Large = Desk.Join([Desk.Line(2, cents: 60_00)], []).Discrepancies[0];

    [Fact]
    public void Up_to_the_limit_one_operator_is_enough()
    {
        var resolved = Taken(Small, Resolve(ResolutionKind.WrittenOff));

        var state = Assert.IsType<DiscrepancyState.Resolved>(resolved.State);
        Assert.Equal(("anna", null), (state.By, state.ApprovedBy));
        Assert.Equal((DiscrepancyAct.Resolved, ResolutionKind.WrittenOff), (resolved.History[0].Act, resolved.History[0].Resolution));
    }

    [Theory]
    [InlineData(ResolutionKind.Accepted, true)]
    [InlineData(ResolutionKind.WrittenOff, true)]
    [InlineData(ResolutionKind.Corrected, false)]
    [InlineData(ResolutionKind.DuplicateOf, false)]
    public void Above_the_limit_giving_money_up_takes_two(ResolutionKind kind, bool isProposed) =>
        Assert.Equal(isProposed, Taken(Large, Resolve(kind)).State is DiscrepancyState.Proposed);

    [Fact]
    public void What_cannot_be_counted_takes_two() =>
        Assert.IsType<DiscrepancyState.Proposed>(Taken(Small with { Amount = null }, Resolve(ResolutionKind.Accepted)).State);

    [Fact]
    public void Whoever_proposed_it_cannot_approve_it_and_another_can()
    {
        var proposed = Taken(Large, Resolve(ResolutionKind.Accepted));

        Assert.Equal(DiscrepancyRefusal.SameOperator, Refused(proposed, new DiscrepancyStep.Approve(null), "anna"));
        var state = Assert.IsType<DiscrepancyState.Resolved>(Taken(proposed, new DiscrepancyStep.Approve(null), "otto").State);
        Assert.Equal(("anna", "otto"), (state.By, state.ApprovedBy));
    }

    [Fact]
    public void What_is_rejected_is_again_with_whoever_looked_into_it()
    {
        var assigned = Taken(Large, new DiscrepancyStep.Assign("berta", null));
        var proposed = Taken(assigned, Resolve(ResolutionKind.Accepted));

        Assert.Equal(new DiscrepancyState.Assigned("berta"), Taken(proposed, new DiscrepancyStep.Reject("no"), "otto").State);
        Assert.Equal(DiscrepancyRefusal.IsProposed, Refused(proposed, new DiscrepancyStep.Assign("otto", null), "anna"));
    }

    [Fact]
    public void What_has_ended_takes_notes_and_nothing_else()
    {
        var ended = Taken(Small, Resolve(ResolutionKind.Corrected));

        Assert.Equal(DiscrepancyRefusal.NotOpen, Refused(ended, Resolve(ResolutionKind.Accepted), "otto"));
        Assert.Equal(DiscrepancyRefusal.NotOpen, Refused(ended, new DiscrepancyStep.Approve(null), "otto"));
        Assert.Equal(2, Taken(ended, new DiscrepancyStep.Note("for the auditors")).History.Count);
    }

    [Theory]
    [InlineData(0, AgeBucket.UpToOneDay)]
    [InlineData(1, AgeBucket.UpToOneDay)]
    [InlineData(2, AgeBucket.TwoToSevenDays)]
    [InlineData(7, AgeBucket.TwoToSevenDays)]
    [InlineData(8, AgeBucket.EightToThirtyDays)]
    [InlineData(30, AgeBucket.EightToThirtyDays)]
    [InlineData(31, AgeBucket.OverThirtyDays)]
    public void Ages_and_their_bounds_agree(int days, AgeBucket bucket)
    {
        var found = A.Moment.AddDays(-days);

        var (from, before) = Ageing.FoundIn(bucket, A.Moment);

        Assert.Equal(bucket, Ageing.BucketOf(found, A.Moment));
        Assert.True((from is null || found >= from) && (before is null || found < before));
    }

    static DiscrepancyStep.Resolve Resolve(ResolutionKind kind) => new(new Resolution(kind, "because"));

    static Discrepancy Taken(Discrepancy found, DiscrepancyStep step, string by = "anna") =>
        Assert.IsType<DiscrepancyAnswer.Taken>(DiscrepancyLife.Take(found, step, by, Limits, A.Moment)).Discrepancy;

    static DiscrepancyRefusal Refused(Discrepancy found, DiscrepancyStep step, string by) =>
        Assert.IsType<DiscrepancyAnswer.Refused>(DiscrepancyLife.Take(found, step, by, Limits, A.Moment)).Why;
}
