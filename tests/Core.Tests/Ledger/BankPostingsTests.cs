using Railyard.Core.Ledger;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Ledger;

public sealed class BankPostingsTests
{
    [Fact]
    public void One_line_for_several_batches_clears_each_of_them()
    {
        var shelf = Posted(new BankedLine("line 1", new("main"), Into(30_00), IsReturn: false, [Payout("7", Into(10_00)), Payout("8", Into(20_00))]));

        Assert.Equal((-30_00, 0), (shelf.Net(AccountKind.Bank), shelf.Net(AccountKind.BetweenBooks)));
        Assert.Equal((10_00, 20_00), (PaidOut(shelf, "7"), PaidOut(shelf, "8")));
    }

    [Fact]
    public void Several_lines_for_one_batch_clear_it_together()
    {
        var batch = Payout("7", Into(30_00));

        var shelf = Posted(
            new BankedLine("line 1", new("main"), Into(10_00), IsReturn: false, [batch]),
            new BankedLine("line 2", new("main"), Into(20_00), IsReturn: false, [batch]));

        Assert.Equal((30_00, -30_00), (PaidOut(shelf, "7"), shelf.Net(AccountKind.Bank)));
    }

    [Fact]
    public void What_came_back_leaves_nothing_at_the_bank_and_the_payout_open_again()
    {
        var payments = new[] { Payout("7", Into(10_00)), Payout("8", Into(20_00)) };

        var shelf = Posted(
            new BankedLine("line 1", new("main"), Into(30_00), IsReturn: false, payments),
            new BankedLine("line 2", new("main"), OutOf(30_00), IsReturn: true, payments));

        Assert.Equal((0, 0, 0), (shelf.Net(AccountKind.Bank), PaidOut(shelf, "7"), PaidOut(shelf, "8")));
    }

    [Fact]
    public void A_payout_to_a_merchant_leaves_the_bank_and_the_transit()
    {
        var payout = Payout("po_1", OutOf(5_00)) with { Kind = BankExpectationKind.MerchantPayout, Party = "mer_1" };

        var shelf = Posted(new BankedLine("line 1", new("main"), OutOf(5_00), IsReturn: false, [payout]));

        Assert.Equal((5_00, -5_00), (shelf.Net(AccountKind.Bank), shelf.Net(AccountKind.PayoutsInTransit)));
    }

    static Shelf Posted(params BankedLine[] lines)
    {
        var shelf = new Shelf();
        foreach (var line in lines) shelf.Post(BankPostings.Of(line, A.Moment));
        shelf.AssertSound();
        Assert.Empty(Invariants.OfAllBooks(shelf.All));
        return shelf;
    }

    static long PaidOut(Shelf shelf, string batch) =>
        shelf.All[Account.At(AccountKind.AcquirerPaidOut, "northbank", batch), Amounts.Euro].Net;

    static Movement Into(int cents) => new(cents.Eur(), Direction.Credit);

    static Movement OutOf(int cents) => new(cents.Eur(), Direction.Debit);

    static BankExpectation Payout(string batch, Movement paid) => new()
    {
        Id = new($"exp_{batch}"),
        Account = new("main"),
        Kind = BankExpectationKind.AcquirerPayout,
        Party = "northbank",
        For = batch,
        Paid = paid,
        PaidOn = new(2026, 11, 24),
        OverdueAfter = new(2026, 11, 26),
        State = new BankExpectationState.Open(),
    };
}
