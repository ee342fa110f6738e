using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Simulation;

/// <summary>Rules that are wrong, as somebody might write them: the auditor must find each out, and soon.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    const int MostSeeds = 30;
    const int Payments = 1_000;

    [Fact]
    public void That_a_timeout_is_a_decline_is_found_out() => AssertFound(new Rules
    {
        Believe = (answer, isOnlyCall) => Authorization.Believe(answer, isOnlyCall) switch
        {
            AttemptOutcome.Unknown unknown => new AttemptOutcome.Declined(DeclineCode.AcquirerUnavailable, "timeout", unknown.Evidence),
            var believed => believed,
        },
    });

    [Fact]
    public void That_a_repeat_which_was_not_sent_is_a_decline_is_found_out() =>
        AssertFound(new Rules { Believe = (answer, _) => answer });

    [Fact]
    public void That_a_late_approval_is_ignored_is_found_out() => AssertFound(new Rules
    {
        Judge = (payment, notice, now) => Notices.Judge(payment, notice, now) switch
        {
            NoticeVerdict.Undo => new NoticeVerdict.Nothing(),
            var verdict => verdict,
        },
    });

    [Fact]
    public void That_an_approval_is_forgotten_while_the_attempt_is_being_reversed_is_found_out() => AssertFound(new Rules
    {
        Judge = (payment, notice, now) => Notices.Judge(payment, notice, now) switch
        {
            NoticeVerdict.PutOff when payment.LastAttempt is { IsBeingReversed: true } => new NoticeVerdict.Nothing(),
            var verdict => verdict,
        },
    });

    [Fact]
    public void That_a_reversal_is_done_without_an_acknowledgement_is_found_out() => AssertFound(new Rules
    {
        BelieveReversal = answer => answer is ReversalOutcome.Unknown unknown
            ? new ReversalOutcome.Reversed(null, unknown.Evidence)
            : answer,
    });

    [Fact]
    public void That_an_approval_is_used_while_it_is_being_reversed_is_found_out() => AssertFound(new Rules
    {
        Record = (payment, plan, attempt, outcome, timesAsked, now) => outcome is AttemptOutcome.Approved
            ? Authorization.Record(
                payment.With(payment.Attempts[^1] with { Reversals = [] }), plan, attempt, outcome, timesAsked, now)
            : Authorization.Record(payment, plan, attempt, outcome, timesAsked, now),
    });

    void AssertFound(Rules wrong)
    {
        var found = Enumerable.Range(1, MostSeeds).Select(seed => Find((ulong)seed, wrong)).FirstOrDefault(found => found is not null);

        Assert.NotNull(found);
        Assert.Contains($"RAILYARD_SIMULATION_SEED={found.Seed} ", found.Message, StringComparison.Ordinal);
        output.WriteLine($"Seed {found.Seed}: {found.What}");
    }

    static AuditFailed? Find(ulong seed, Rules wrong)
    {
        try
        {
            SimulatedRun.Run(seed, Payments, wrong);
            return null;
        }
        catch (AuditFailed found)
        {
            return found;
        }
    }
}
