namespace Railyard.App.Tests.Acquiring;

/// <summary>What an acquirer says by itself, through the signed notification, the queue and Core, to the payment.</summary>
public sealed class NotificationsTests(RunningRailyard railyard)
{
    const long DeclinedEverywhere = 80_000_05;

    readonly Client merchant = railyard.Merchant;

    [Fact]
    public async Task A_capture_that_fails_after_it_was_taken_is_taken_back()
    {
        var payment = await merchant.PayAsync(capture: "automatic");

        await NotifyAsync(payment, "CAPTURE_FAILED");

        var after = await PaymentAsync(payment, found => found["status"] == "authorized");
        Assert.Equal("0", after["amount_captured"]);
        Assert.Contains("payment.capture_failed", await EventsAsync(payment));
    }

    [Fact]
    public async Task A_refund_that_fails_later_is_the_merchants_to_make_again()
    {
        var payment = await merchant.PayAsync(capture: "automatic");
        await merchant.PostAsync($"/v1/payments/{payment["id"]}/refunds");

        await NotifyAsync(payment, "REFUND_FAILED");

        var after = await PaymentAsync(payment, found => found["status"] == "captured");
        Assert.Equal("0", after["amount_refunded"]);
    }

    [Fact]
    public async Task A_dispute_is_opened_and_won_and_shown_on_the_payment()
    {
        var payment = await merchant.PayAsync(capture: "automatic");

        await NotifyAsync(payment, "CHARGEBACK");
        await PaymentAsync(payment, found => found.Body.GetProperty("disputes").GetArrayLength() == 1);
        await NotifyAsync(payment, "CHARGEBACK_REVERSED");

        var after = await PaymentAsync(payment, found => found.Body.GetProperty("disputes")[0].GetProperty("stage").GetString() == "won");
        Assert.Equal("captured", after["status"]);
        Assert.Contains("payment.dispute_opened", await EventsAsync(payment));
        Assert.Contains("payment.dispute_won", await EventsAsync(payment));
    }

    [Fact]
    public async Task An_approval_that_comes_when_the_payment_is_declined_is_undone_at_the_acquirer()
    {
        var payment = await merchant.PayAsync(amount: DeclinedEverywhere);
        Assert.Equal("declined", payment["status"]);

        await NotifyAsync(payment, "AUTHORISATION");

        await Eventually.ThatAsync(
            () => merchant.GetAsync($"/v1/payments/{payment["id"]}/attempts"),
            attempts => attempts.Text.Contains("\"acknowledged_at\":\"", StringComparison.Ordinal));
        Assert.Equal("declined", (await merchant.GetAsync($"/v1/payments/{payment["id"]}"))["status"]);
        Assert.Contains("payment.attempt_reversed", await EventsAsync(payment));
    }

    [Fact]
    public async Task The_same_notice_ten_times_is_one()
    {
        var payment = await merchant.PayAsync(capture: "automatic");

        await NotifyAsync(payment, "CHARGEBACK", times: 10);

        await PaymentAsync(payment, found => found.Body.GetProperty("disputes").GetArrayLength() == 1);
        Assert.Single(await EventsAsync(payment), name => name == "payment.dispute_opened");
    }

    async Task NotifyAsync(Reply payment, string eventCode, int times = 1)
    {
        var acquirer = railyard.Acquirer(payment["acquirer"]!);
        var sent = await acquirer.PostAsync("/sim/notifications", new { merchantReference = payment["id"], eventCode, times });
        Assert.Equal(System.Net.HttpStatusCode.Accepted, sent.Status);
    }

    Task<Reply> PaymentAsync(Reply payment, Func<Reply, bool> isWanted) =>
        Eventually.ThatAsync(() => merchant.GetAsync($"/v1/payments/{payment["id"]}"), isWanted);

    async Task<IReadOnlyList<string>> EventsAsync(Reply payment) =>
    [
        .. (await merchant.GetAsync($"/v1/payments/{payment["id"]}/events")).Body.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("type").GetString()!),
    ];
}
