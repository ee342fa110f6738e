using System.Text.Json.Nodes;

namespace Railyard.Local.Tests.Acquirers;

public sealed class ReversalTests
{
    const string Asking = "4212345678901237";
    const string Slow = "4099000000000053";
    static readonly TimeSpan Slowness = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("reference")]
    [InlineData("paymentReference")]
    public async Task A_cancel_by_reference_releases_the_payment_and_is_notified(string field)
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        var payment = await bench.PayAsync();

        var cancel = await CancelAsync(bench, field);
        var told = await app.NextAsync();

        Assert.Equal(
            (201, "received", "order-1"), (cancel.Status, cancel.Word("status"), cancel.Word("paymentReference")));
        Assert.Equal(
            ("TECHNICAL_CANCEL", true, cancel.Psp, payment.Psp, "order-1"),
            (told.Code, told.IsSuccess, told.Word("pspReference"), told.Word("originalReference"),
                told.Word("merchantReference")));
        var booked = await bench.BookAsync();
        Assert.Equal(0, booked["live_approvals"]!.GetValue<int>());
        Assert.True(booked["payments"]![0]!["cancelled"]!.GetValue<bool>());
        Assert.Equal(
            """{"approvals":1,"approved":1000,"captured":0,"refunded":0,"reversed":1000}""",
            booked["totals"]!.ToJsonString());
    }

    [Fact]
    public async Task A_cancel_repeated_under_another_key_is_still_a_success()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        await bench.PayAsync();
        await CancelAsync(bench, key: "cancel-1");
        await app.NextAsync();

        await CancelAsync(bench, key: "cancel-2");

        Assert.True((await app.NextAsync()).IsSuccess);
        Assert.Single((await bench.BookAsync())["payments"]![0]!["modifications"]!.AsArray());
    }

    [Fact]
    public async Task A_cancel_of_nothing_is_received_and_found_to_be_of_nothing_later()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);

        var cancel = await CancelAsync(bench);
        await app.HearsNothingAsync();
        bench.Time.Advance(Remembered);
        var told = await app.NextAsync();

        Assert.Equal("received", cancel.Word("status"));
        Assert.Equal(
            ("TECHNICAL_CANCEL", false, "Transaction not found", cancel.Psp),
            (told.Code, told.IsSuccess, told.Word("reason"), told.Word("pspReference")));
    }

    [Fact]
    public async Task A_cancel_that_came_before_its_payment_takes_it_back()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);

        var cancel = await CancelAsync(bench);
        var payment = await bench.PayAsync();
        var told = await app.NextAsync();

        Assert.Equal("Cancelled", payment.Word("resultCode"));
        Assert.Equal(
            ("TECHNICAL_CANCEL", true, cancel.Psp, payment.Psp),
            (told.Code, told.IsSuccess, told.Word("pspReference"), told.Word("originalReference")));
        Assert.Equal(0, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
        Assert.Equal(422, (await bench.ModifyAsync(payment.Psp, "captures", 1000)).Status);
    }

    [Fact]
    public async Task A_cancel_overtakes_a_slow_approval()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        var late = await UnderwayAsync(bench);

        await CancelAsync(bench);
        bench.Time.Advance(Slowness);

        Assert.Equal("Cancelled", (await late).Word("resultCode"));
        Assert.True((await app.NextAsync()).IsSuccess);
        Assert.Equal(0, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_cancel_is_remembered_for_one_payment_and_not_for_long()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await CancelAsync(bench);
        await bench.PayAsync();
        var second = await bench.PayAsync();
        await CancelAsync(bench, reference: "order-2");
        bench.Time.Advance(Remembered);

        var late = await bench.PayAsync(reference: "order-2");

        Assert.Equal(("Authorised", "Authorised"), (second.Word("resultCode"), late.Word("resultCode")));
    }

    [Fact]
    public async Task A_cancel_is_remembered_across_a_restart()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await CancelAsync(bench);
        await bench.RestartAsync();

        Assert.Equal("Cancelled", (await bench.PayAsync()).Word("resultCode"));
    }

    [Fact]
    public async Task A_payment_that_waits_for_its_cardholder_can_be_cancelled()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        var asked = await bench.PayAsync(Asking);
        var back = await bench.AnswerPageAsync(asked.Psp, "authenticate");

        await CancelAsync(bench);
        var details = await bench.SubmitDetailsAsync(back.RedirectResult);

        Assert.True((await app.NextAsync()).IsSuccess);
        Assert.Equal("Cancelled", details.Word("resultCode"));
        Assert.Equal(0, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Theory]
    [InlineData(0, "cancel", 1000)]
    [InlineData(700, "refund", 700)]
    public async Task A_reversal_is_notified_with_what_it_did(long captured, string action, long amount)
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        var payment = await bench.PayAsync();
        if (captured > 0) await bench.ModifyAsync(payment.Psp, "captures", captured);

        var reversal = await bench.ModifyAsync(payment.Psp, "reversals");
        var told = await app.NextAsync();

        Assert.Equal("received", reversal.Word("status"));
        Assert.Equal(
            ("CANCEL_OR_REFUND", true, reversal.Psp, payment.Psp, action),
            (told.Code, told.IsSuccess, told.Word("pspReference"), told.Word("originalReference"),
                told.Additional("modification.action")));
        Assert.Equal(amount, told.Item["amount"]!["value"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_reversal_of_an_unknown_payment_is_received_and_fails()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);

        var reversal = await bench.ModifyAsync("XXXXXXXXXXXXXXXX", "reversals");
        var told = await app.NextAsync();

        Assert.Equal((201, "received"), (reversal.Status, reversal.Word("status")));
        Assert.Equal(
            ("CANCEL_OR_REFUND", false, "Transaction not found", "XXXXXXXXXXXXXXXX"),
            (told.Code, told.IsSuccess, told.Word("reason"), told.Word("originalReference")));
    }

    [Fact]
    public async Task A_reversal_of_a_refused_payment_fails()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        var refused = await bench.PayAsync(amount: 8_000_002);

        await bench.ModifyAsync(refused.Psp, "reversals");
        var told = await app.NextAsync();

        Assert.False(told.IsSuccess);
        Assert.NotNull(told.Word("reason"));
    }

    [Fact]
    public async Task A_cancel_without_a_reference_is_refused()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var reply = await bench.PostAsync(
            AcquirerBench.North, "/v71/cancels", new JsonObject { ["merchantAccount"] = "RailyardNorth" });

        Assert.Equal((422, "130"), (reply.Status, reply.Word("errorCode")));
    }

    static Task<Reply> CancelAsync(
        AcquirerBench bench, string field = "reference", string? key = null, string reference = "order-1") =>
        bench.PostAsync(
            AcquirerBench.North, "/v71/cancels",
            new JsonObject { ["merchantAccount"] = "RailyardNorth", [field] = reference }, key);

    static async Task<NotifiedApp> ListeningTo(AcquirerBench bench)
    {
        var app = await NotifiedApp.StartAsync();
        bench.NotifyAt(app.Address);
        return app;
    }

    // Of two calls with one key, the first that is answered was turned away: the other is in hand.
    static async Task<Task<Reply>> UnderwayAsync(AcquirerBench bench)
    {
        var one = bench.PayAsync(Slow, key: "attempt-1");
        var other = bench.PayAsync(Slow, key: "attempt-1");
        var twin = await await Task.WhenAny(one, other);
        Assert.Equal(409, twin.Status);
        return one.IsCompleted ? other : one;
    }
}
