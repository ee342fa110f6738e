using CsCheck;
using Railyard.Core.Ledger;
using Railyard.Core.Payments;

namespace Railyard.Core.Tests.Ledger;

public sealed class DisputePostingsTests
{
    [Fact]
    public void An_opened_dispute_withholds_the_money_and_charges_nothing_yet()
    {
        var shelf = Posted(Captured().Disputed(DisputeStage.Opened, 40_00));

        Assert.Equal((-40_00, 40_00, -40_00), (shelf.Net(AccountKind.MerchantAvailable), shelf.Net(AccountKind.MerchantDisputed), shelf.Net(AccountKind.Disputes)));
        Assert.Equal(0, shelf.Net(AccountKind.MerchantFees));
        Assert.Equal(-60_00, shelf.Net(AccountKind.AcquirerCaptured));
    }

    [Fact]
    public void A_dispute_that_is_won_gives_the_money_back()
    {
        var shelf = Posted(Captured().Disputed(DisputeStage.Opened, 40_00).Disputed(DisputeStage.Won, 40_00));

        Assert.Equal((0, 0, 0), (shelf.Net(AccountKind.MerchantAvailable), shelf.Net(AccountKind.MerchantDisputed), shelf.Net(AccountKind.Disputes)));
        Assert.Equal(-100_00, shelf.Net(AccountKind.AcquirerCaptured));
    }

    [Fact]
    public void A_dispute_that_is_lost_leaves_the_loss_with_the_merchant()
    {
        var shelf = Posted(Captured().Disputed(DisputeStage.Opened, 40_00).Disputed(DisputeStage.Lost, 40_00));

        Assert.Equal((-40_00, 0, 0), (shelf.Net(AccountKind.MerchantAvailable), shelf.Net(AccountKind.MerchantDisputed), shelf.Net(AccountKind.Disputes)));
    }

    [Fact]
    public void A_second_chargeback_takes_the_money_again()
    {
        var shelf = Posted(Captured().Disputed(DisputeStage.Opened, 40_00).Disputed(DisputeStage.Won, 40_00)
            .Disputed(DisputeStage.SecondChargeback, 40_00).Disputed(DisputeStage.Lost, 40_00));

        Assert.Equal((-40_00, 0), (shelf.Net(AccountKind.MerchantAvailable), shelf.Net(AccountKind.Disputes)));
        Assert.Equal(-60_00, shelf.Net(AccountKind.AcquirerCaptured));
    }

    [Fact]
    public void Whatever_stages_are_told_and_with_whatever_amounts_nothing_stays_withheld_when_it_is_over() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[1, 100]).Array[0, 6].Sample(told =>
        {
            var payment = told.Aggregate(Captured(), (paid, one) => paid.Disputed((DisputeStage)one.Item1, one.Item2));
            var shelf = Posted(payment);

            var last = payment.Disputes.Count == 0 ? DisputeStage.Won : payment.Disputes[^1].Stage;
            var isOver = last is DisputeStage.Won or DisputeStage.Lost;
            if (isOver) Assert.Equal((0, 0), (shelf.Net(AccountKind.MerchantDisputed), shelf.Net(AccountKind.Disputes)));
            else Assert.Equal(payment.Disputes[^1].Amount.MinorUnits, shelf.Net(AccountKind.MerchantDisputed));
        });

    static Payment Captured() => A.Payment(100_00).Captured(100_00.Eur());

    static Shelf Posted(Payment payment)
    {
        var shelf = new Shelf();
        foreach (var recorded in payment.Events)
        {
            shelf.Post(PaymentPostings.Of(PaymentHappening.Of(payment, recorded), payment));
            shelf.AssertSound();
        }
        return shelf;
    }
}

static class DisputedPayment
{
    /// <summary>The payment with its dispute told at a stage.</summary>
    public static Payment Disputed(this Payment payment, DisputeStage stage, int cents) =>
        Disputes.Record(payment, new Dispute("dis_1", stage, cents.Eur(), null, A.Moment, A.Moment));
}
