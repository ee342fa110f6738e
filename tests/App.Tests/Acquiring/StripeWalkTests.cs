using System.Net;

namespace Railyard.App.Tests.Acquiring;

/// <summary>A merchant's payments at an acquirer that speaks Stripe, through the running app.</summary>
public sealed class StripeWalkTests(RunningRailyard railyard)
{
    [Fact]
    public async Task A_payment_is_authorised_captured_in_parts_and_refunded()
    {
        var merchant = await railyard.MerchantOfStripeAsync();
        var paid = await merchant.PayAsync(100_00, number: StripeMerchants.Card);
        var path = $"/v1/payments/{paid["id"]}";

        var part = await merchant.PostAsync($"{path}/captures", new { amount = 40_00 });
        var rest = await merchant.PostAsync($"{path}/captures");
        var refund = await merchant.PostAsync($"{path}/refunds", new { amount = 30_00 });
        var payment = await merchant.GetAsync(path);
        var booked = (await railyard.BookAtStripeAsync(paid["id"]!)).Body.GetProperty("totals");

        Assert.Equal(("authorized", "stripe"), (paid["status"], paid["acquirer"]));
        Assert.Equal(["succeeded", "succeeded", "succeeded"], new[] { part, rest, refund }.Select(one => one["status"]));
        Assert.Equal(("captured", "10000", "3000"), (payment["status"], payment["amount_captured"], payment["amount_refunded"]));
        Assert.Equal((10000, 3000), (booked.GetProperty("captured").GetInt64(), booked.GetProperty("refunded").GetInt64()));
    }

    [Fact]
    public async Task A_payment_that_captures_itself_is_captured_once()
    {
        var merchant = await railyard.MerchantOfStripeAsync();

        var paid = await merchant.PayAsync(capture: "automatic", number: StripeMerchants.Card);
        var booked = (await railyard.BookAtStripeAsync(paid["id"]!)).Body;

        Assert.Equal("captured", paid["status"]);
        Assert.Equal((1000, 1), (booked.GetProperty("totals").GetProperty("captured").GetInt64(), booked.GetProperty("live_approvals").GetInt32()));
    }

    [Fact]
    public async Task An_authorisation_is_voided()
    {
        var merchant = await railyard.MerchantOfStripeAsync();
        var paid = await merchant.PayAsync(number: StripeMerchants.Card);

        var voided = await merchant.PostAsync($"/v1/payments/{paid["id"]}/voids");
        var booked = (await railyard.BookAtStripeAsync(paid["id"]!)).Body;

        Assert.Equal((HttpStatusCode.Created, "succeeded"), (voided.Status, voided["status"]));
        Assert.Equal((0, 1000), (booked.GetProperty("live_approvals").GetInt32(), booked.GetProperty("totals").GetProperty("reversed").GetInt64()));
    }

    [Fact]
    public async Task What_is_left_of_a_payment_captured_in_part_is_let_go()
    {
        var merchant = await railyard.MerchantOfStripeAsync();
        var path = $"/v1/payments/{(await merchant.PayAsync(100_00, number: StripeMerchants.Card))["id"]}";
        await merchant.PostAsync($"{path}/captures", new { amount = 40_00 });

        var voided = await merchant.PostAsync($"{path}/voids");
        var payment = await merchant.GetAsync(path);

        Assert.Equal(("succeeded", "6000"), (voided["status"], voided["amount"]));
        Assert.Equal(("captured", "4000"), (payment["status"], payment["amount_captured"]));
    }

    [Theory]
    [InlineData("authenticate", "authorized", null)]
    [InlineData("fail", "declined", "authentication_failed")]
    public async Task A_cardholder_authenticates_and_comes_back(string result, string status, string? decline)
    {
        var merchant = await railyard.MerchantOfStripeAsync();
        var asked = await merchant.PayAsync(number: "4000002500003155");

        await AnswerAsync(asked, result);
        var payment = await merchant.GetAsync($"/v1/payments/{asked["id"]}");

        Assert.Equal(("requires_action", "redirect"), (asked["status"], asked["action.type"]));
        Assert.Equal(status, payment["status"]);
        if (decline is not null) Assert.Equal(decline, payment["decline.code"]);
    }

    [Fact]
    public async Task A_cardholder_who_does_not_come_back_is_told_of_by_an_event()
    {
        var merchant = await railyard.MerchantOfStripeAsync();
        var asked = await merchant.PayAsync(number: "4000000000003220");

        await AnswerAsync(asked, "authenticate_and_leave");

        await Eventually.ThatAsync(() => merchant.GetAsync($"/v1/payments/{asked["id"]}"), payment => payment["status"] == "authorized");
    }

    [Theory]
    [InlineData("4099000000000087")]
    [InlineData("4099000000000095")]
    public async Task An_approval_that_was_not_told_is_found_out_and_charged_once(string card)
    {
        var merchant = await railyard.MerchantOfStripeAsync();
        var accepted = await merchant.PostAsync("/v1/payments", Client.Payment(capture: "automatic", number: card), prefer: "wait=0");

        var found = await Eventually.ThatAsync(
            () => merchant.GetAsync(accepted.Header("Location")!), payment => payment["status"] is "captured");

        var booked = (await railyard.BookAtStripeAsync(found["id"]!)).Body;
        var attempts = await merchant.GetAsync($"/v1/payments/{found["id"]}/attempts");
        Assert.Equal(1, attempts.Body.GetProperty("items").GetArrayLength());
        Assert.Equal((1, 1000), (booked.GetProperty("totals").GetProperty("approvals").GetInt32(), booked.GetProperty("totals").GetProperty("captured").GetInt64()));
    }

    [Fact]
    public async Task A_decline_has_the_networks_code_and_the_schemes_advice()
    {
        var merchant = await railyard.MerchantOfStripeAsync();

        var declined = await merchant.PayAsync(number: "4099000000000020");
        var attempt = (await merchant.GetAsync($"/v1/payments/{declined["id"]}/attempts")).Body.GetProperty("items")[0];

        Assert.Equal(("declined", "insufficient_funds", "51"), (declined["status"], declined["decline.code"], declined["decline.network_code"]));
        Assert.Equal(("insufficient_funds", "03"), (attempt.GetProperty("raw_code").GetString(), attempt.GetProperty("advice_code").GetString()));
    }

    [Fact]
    public async Task A_partial_approval_is_never_shown_as_paid()
    {
        var merchant = await railyard.MerchantOfStripeAsync();

        var paid = await merchant.PayAsync(number: "4099000000000046");

        Assert.Equal(("unresolved", "0"), (paid["status"], paid["amount_captured"]));
    }

    [Fact]
    public async Task An_amount_of_zero_is_nothing_for_Stripe()
    {
        var merchant = await railyard.MerchantOfStripeAsync();

        var verified = await merchant.PayAsync(amount: 0, number: StripeMerchants.Card);

        Assert.Equal(("declined", "configuration_error"), (verified["status"], verified["decline.code"]));
    }

    [Fact]
    public async Task A_refund_that_fails_later_is_undone()
    {
        const long RefundFails = 80_060_04;
        var merchant = await railyard.MerchantOfStripeAsync();
        var paid = await merchant.PayAsync(RefundFails, "automatic", StripeMerchants.Card);
        var path = $"/v1/payments/{paid["id"]}";

        await merchant.PostAsync($"{path}/refunds");

        await Eventually.ThatAsync(
            () => merchant.GetAsync($"{path}/events"),
            events => events.Text.Contains("refund_undone", StringComparison.Ordinal) || events.Text.Contains("refund_failed", StringComparison.Ordinal));
        Assert.Equal("0", (await merchant.GetAsync(path))["amount_refunded"]);
    }

    [Fact]
    public async Task A_dispute_finds_its_payment()
    {
        var merchant = await railyard.MerchantOfStripeAsync();
        var paid = await merchant.PayAsync(capture: "automatic", number: StripeMerchants.Card);

        await railyard.Acquirer(StripeMerchants.Stripe).PostAsync(
            "/sim/notifications", new { merchantReference = paid["id"], eventCode = "CHARGEBACK", reason = "fraudulent" });

        await Eventually.ThatAsync(
            () => merchant.GetAsync($"/v1/payments/{paid["id"]}/events"),
            events => events.Text.Contains("dispute", StringComparison.Ordinal));
    }

    // What the acquirer's page does for a cardholder, redirects and all.
    static async Task AnswerAsync(Reply asked, string result)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent([new("result", result)]);
        using var page = await http.PostAsync(new Uri(asked["action.url"]!), form, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }
}
