using Railyard.Core.Ledger;
using Railyard.Core.Payments;

namespace Railyard.Core.Tests.Ledger;

public sealed class PaymentPostingsTests
{
    [Fact]
    public void A_capture_moves_from_the_acquirer_to_what_is_pending_and_ends_the_hold()
    {
        var shelf = Posted(A.Payment(100_00).Captured(100_00.Eur()));

        Assert.Equal(100_00, shelf.Net(AccountKind.MerchantPending));
        Assert.Equal(-100_00, shelf.Net(AccountKind.AcquirerCaptured));
        Assert.Equal(0, shelf.Net(AccountKind.Authorized));
    }

    [Fact]
    public void A_part_that_is_captured_leaves_the_rest_on_hold_until_it_is_voided()
    {
        var captured = A.Payment(100_00).Captured(60_00.Eur());

        Assert.Equal(-40_00, Posted(captured).Net(AccountKind.Authorized));
        Assert.Equal(0, Posted(captured.Done(OperationKind.Void, 40_00.Eur(), "voi_1")).Net(AccountKind.Authorized));
    }

    [Fact]
    public void The_final_capture_ends_the_hold_wholly()
    {
        var asked = A.Payment(100_00).Authorized().Asked(OperationKind.Capture, 60_00.Eur(), "cap_1", isFinal: true);

        var shelf = Posted(OperationRules.Record(asked, new("cap_1"), new OperationOutcome.Accepted("psp_cap_1"), A.Moment));

        Assert.Equal((60_00, 0), (shelf.Net(AccountKind.MerchantPending), shelf.Net(AccountKind.Authorized)));
    }

    [Fact]
    public void What_the_acquirer_undid_is_reversed_and_names_what_it_reverses()
    {
        var undone = OperationRules.Undo(A.Payment(100_00).Captured(100_00.Eur()), new("cap_1"), "failed later", A.Moment);

        var shelf = Posted(undone);

        Assert.Equal((0, 0), (shelf.Net(AccountKind.MerchantPending), shelf.Net(AccountKind.AcquirerCaptured)));
        Assert.Equal(-100_00, shelf.Net(AccountKind.Authorized));
        var reversal = shelf.Entries.Single(entry => entry.Rule == "capture_undone");
        Assert.Equal(EntryId.Of("cap_1", "payment_captured"), reversal.Reverses);
    }

    [Fact]
    public void A_refund_is_no_longer_the_merchants_at_once()
    {
        var shelf = Posted(A.Payment(100_00).Captured(100_00.Eur()).Done(OperationKind.Refund, 30_00.Eur(), "ref_1"));

        Assert.Equal((100_00, -30_00), (shelf.Net(AccountKind.MerchantPending), shelf.Net(AccountKind.MerchantAvailable)));
        Assert.Equal(-70_00, shelf.Net(AccountKind.AcquirerCaptured));
    }

    [Fact]
    public void Told_again_it_is_posted_once()
    {
        var payment = A.Payment(100_00).Captured(100_00.Eur());
        var shelf = Posted(payment);
        var entries = shelf.Entries.Count;

        Post(shelf, payment);

        Assert.Equal(entries, shelf.Entries.Count);
    }

    [Fact]
    public void Every_event_that_is_posted_is_one_that_the_ledger_subscribes_to()
    {
        var payment = A.Payment(100_00).Captured(60_00.Eur())
            .Done(OperationKind.Refund, 30_00.Eur(), "ref_1")
            .Done(OperationKind.Void, 40_00.Eur(), "voi_1")
            .Disputed(DisputeStage.Opened, 30_00);

        var posted = payment.Events.Where(recorded => PaymentPostings.Of(PaymentHappening.Of(payment, recorded), payment).Count > 0);

        Assert.All(posted, recorded => Assert.Contains(recorded.Event.Name, PaymentPostings.Events));
    }

    static Shelf Posted(Payment payment)
    {
        var shelf = new Shelf();
        Post(shelf, payment);
        return shelf;
    }

    static void Post(Shelf shelf, Payment payment)
    {
        foreach (var recorded in payment.Events)
        {
            shelf.Post(PaymentPostings.Of(PaymentHappening.Of(payment, recorded), payment));
            shelf.AssertSound();
        }
    }
}
