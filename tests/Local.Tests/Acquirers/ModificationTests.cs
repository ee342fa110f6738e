using System.Text.Json.Nodes;

namespace Railyard.Local.Tests.Acquirers;

public sealed class ModificationTests
{
    [Fact]
    public async Task A_capture_is_received_under_a_reference_of_its_own()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var payment = await bench.PayAsync();

        var capture = await bench.ModifyAsync(payment.Psp, "captures", 600);

        Assert.Equal((201, "received"), (capture.Status, capture.Word("status")));
        Assert.Equal(payment.Psp, capture.Word("paymentPspReference"));
        Assert.NotEqual(payment.Psp, capture.Psp);
        Assert.Equal("RailyardNorth", capture.Word("merchantAccount"));
        Assert.Equal(600, capture.Json["amount"]!["value"]!.GetValue<long>());
        Assert.Equal(600, (await bench.BookAsync())["payments"]![0]!["captured"]!.GetValue<long>());
    }

    [Fact]
    public async Task No_more_than_the_authorised_amount_can_be_captured()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var payment = await bench.PayAsync();
        await bench.ModifyAsync(payment.Psp, "captures", 600);

        var tooMuch = await bench.ModifyAsync(payment.Psp, "captures", 401);
        var theRest = await bench.ModifyAsync(payment.Psp, "captures", 400);

        Assert.Equal(
            (422, "137", "validation"),
            (tooMuch.Status, tooMuch.Word("errorCode"), tooMuch.Word("errorType")));
        Assert.Equal(201, theRest.Status);
    }

    [Fact]
    public async Task No_more_than_the_captured_amount_can_be_refunded()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var payment = await bench.PayAsync();
        await bench.ModifyAsync(payment.Psp, "captures", 600);
        await bench.ModifyAsync(payment.Psp, "refunds", 500);

        var tooMuch = await bench.ModifyAsync(payment.Psp, "refunds", 101);
        var theRest = await bench.ModifyAsync(payment.Psp, "refunds", 100);

        Assert.Equal((422, "137"), (tooMuch.Status, tooMuch.Word("errorCode")));
        Assert.Equal(201, theRest.Status);
        Assert.Equal(0, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Fact]
    public async Task Nothing_captured_means_nothing_to_refund()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var payment = await bench.PayAsync();

        var refund = await bench.ModifyAsync(payment.Psp, "refunds", 1);

        Assert.Equal((422, "168"), (refund.Status, refund.Word("errorCode")));
    }

    [Fact]
    public async Task A_cancelled_payment_is_no_longer_live_and_cannot_be_captured()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var payment = await bench.PayAsync();

        var cancel = await bench.ModifyAsync(payment.Psp, "cancels");
        var capture = await bench.ModifyAsync(payment.Psp, "captures", 1000);

        Assert.Equal(201, cancel.Status);
        Assert.Equal((422, "168"), (capture.Status, capture.Word("errorCode")));
        Assert.Equal(0, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_captured_payment_cannot_be_cancelled()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var payment = await bench.PayAsync();
        await bench.ModifyAsync(payment.Psp, "captures", 1);

        var cancel = await bench.ModifyAsync(payment.Psp, "cancels");

        Assert.Equal((422, "168"), (cancel.Status, cancel.Word("errorCode")));
    }

    [Theory]
    [InlineData(0, "cancel", 1000)]
    [InlineData(700, "refund", 700)]
    public async Task A_reversal_cancels_or_refunds(long captured, string kind, long amount)
    {
        await using var bench = await AcquirerBench.StartAsync();
        var payment = await bench.PayAsync();
        if (captured > 0) await bench.ModifyAsync(payment.Psp, "captures", captured);

        var reversal = await bench.ModifyAsync(payment.Psp, "reversals");

        Assert.Equal(201, reversal.Status);
        var last = (await bench.BookAsync())["payments"]![0]!["modifications"]!.AsArray()[^1]!;
        Assert.Equal((kind, amount), (last["kind"]!.GetValue<string>(), last["amount"]!.GetValue<long>()));
        Assert.Equal(0, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_payment_can_be_cancelled_by_the_merchants_own_reference()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync();

        var cancel = await bench.PostAsync(AcquirerBench.North, "/v71/cancels", new JsonObject
        {
            ["merchantAccount"] = "RailyardNorth", ["paymentReference"] = "order-1",
        });

        Assert.Equal((201, "order-1"), (cancel.Status, cancel.Word("paymentReference")));
        Assert.Equal(0, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("captures")]
    [InlineData("refunds")]
    public async Task An_unknown_payment_is_told_so(string kind)
    {
        await using var bench = await AcquirerBench.StartAsync();

        var reply = await bench.ModifyAsync("XXXXXXXXXXXXXXXX", kind, 1);

        Assert.Equal((422, "167"), (reply.Status, reply.Word("errorCode")));
    }

    [Fact]
    public async Task Another_currency_is_refused()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var payment = await bench.PayAsync();

        var capture = await bench.ModifyAsync(payment.Psp, "captures", 1, "USD");

        Assert.Equal((422, "138"), (capture.Status, capture.Word("errorCode")));
    }

    [Fact]
    public async Task Two_live_approvals_of_one_reference_are_shown_to_the_auditor()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync();
        await bench.PayAsync();
        await bench.PayAsync(reference: "order-2");

        var book = (await bench.GetAsync("/sim/book")).Json;

        Assert.Equal("order-1", Assert.Single(book["references_approved_twice"]!.AsArray())!.GetValue<string>());
        Assert.Equal(2, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }
}
