using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.Core.Tests.Webhooks;

public sealed class PaymentAsOfTests
{
    static readonly Payment[] Steps = Lived();

    // Every stage of a life with all kinds of events in it, each longer by what happened since.
    static Payment[] Lived()
    {
        var begun = A.Payment();
        var declined = begun.Attempted(A.Decline(DeclineCode.DoNotHonor));
        var authorized = declined.Attempted(A.Approval());
        var asked = authorized.Asked(OperationKind.Capture, 60_00.Eur(), "cap_1");
        var captured = OperationRules.Record(asked, new OperationId("cap_1"), new OperationOutcome.Accepted("psp2"), A.Moment);
        var failing = captured.Asked(OperationKind.Refund, 5_00.Eur(), "ref_0");
        var failed = OperationRules.Record(failing, new OperationId("ref_0"), new OperationOutcome.Refused("1", "no"), A.Moment);
        var refunded = failed.Done(OperationKind.Refund, 20_00.Eur(), "ref_1");
        var voided = refunded.Done(OperationKind.Void, 0.Eur(), "voi_1");
        return [begun, declined, authorized, asked, captured, failing, failed, refunded, voided, voided.Done(OperationKind.Refund, 40_00.Eur(), "ref_2")];
    }

    public static TheoryData<int> Stages() => [.. Enumerable.Range(0, Steps.Length)];

    [Theory]
    [MemberData(nameof(Stages))]
    public void A_payment_is_shown_as_it_stood_after_each_of_its_events(int stage)
    {
        var then = Steps[stage];

        var shown = PaymentAsOf.Event(Steps[^1], then.Events.Count);

        Assert.Equal(then.Status, shown.Status);
        Assert.Equal(then.Captured, shown.Captured);
        Assert.Equal(then.Refunded, shown.Refunded);
        Assert.Equal(then.Capturable, shown.Capturable);
        Assert.Equal(then.Refundable, shown.Refundable);
        Assert.Equal(then.UpdatedAt, shown.UpdatedAt);
        Assert.Equal(then.Events, shown.Events);
        Assert.Equal(then.Attempts.Count, shown.Attempts.Count);
        Assert.Equal(
            then.Operations.Select(one => (one.Id, one.Status)), shown.Operations.Select(one => (one.Id, one.Status)));
    }

    [Fact]
    public void Every_event_of_a_life_has_its_moment()
    {
        foreach (var recorded in Steps[^1].Events)
            Assert.Equal(recorded.Sequence, PaymentAsOf.Event(Steps[^1], recorded.Sequence).Events[^1].Sequence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    public void A_payment_has_no_moment_of_an_event_that_it_has_not(int sequence) =>
        Assert.Throws<InvariantBroken>(() => PaymentAsOf.Event(Steps[^1], sequence));
}
