namespace Railyard.Local.Tests.Acquirers.Stripe;

public sealed class StripePaymentsTests
{
    [Fact]
    public async Task An_intent_is_created_confirmed_captured_and_refunded()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var created = await bench.CreateAsync();
        var confirmed = await bench.ConfirmAsync(created.Id());
        var captured = await bench.CaptureAsync(created.Id(), "metadata[cap_1]=1000&expand[0]=latest_charge");
        var refunded = await bench.StripeAsync(
            "/v1/refunds", $"payment_intent={created.Id()}&amount=400&metadata[operation]=ref_1&metadata[payment]=order-1");
        var refunds = await bench.StripeAsync($"/v1/refunds?payment_intent={created.Id()}");

        Assert.Equal(["requires_payment_method", "requires_capture", "succeeded"], new[] { created, confirmed, captured }.Select(one => one.Word("status")));
        Assert.Equal(1000, confirmed.Json["amount_capturable"]!.GetValue<long>());
        Assert.Equal("4242", confirmed.Json["latest_charge"]!["payment_method_details"]!["card"]!["last4"]!.GetValue<string>());
        Assert.Equal("1000", captured.Json["metadata"]!["cap_1"]!.GetValue<string>());
        Assert.StartsWith("txn_", captured.Json["latest_charge"]!["balance_transaction"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(("succeeded", 400), (refunded.Word("status"), refunded.Json["amount"]!.GetValue<long>()));
        Assert.Equal("ref_1", refunds.Json["data"]![0]!["metadata"]!["operation"]!.GetValue<string>());
        var booked = (await bench.BookAsync(acquirer: AcquirerBench.Stripe))["payments"]![0]!;
        Assert.Equal((1000, 400), (booked["captured"]!.GetValue<long>(), booked["refunded"]!.GetValue<long>()));
    }

    [Theory]
    [InlineData("4000000000000002", "card_declined", "generic_decline", "05")]
    [InlineData("4000000000009995", "card_declined", "insufficient_funds", "51")]
    [InlineData("4000000000009979", "card_declined", "stolen_card", "43")]
    [InlineData("4000000000000069", "expired_card", "expired_card", "54")]
    [InlineData("4000000000000127", "incorrect_cvc", "incorrect_cvc", "N7")]
    [InlineData("4000000000000119", "processing_error", "processing_error", "96")]
    [InlineData("4000000000006975", "card_declined", "card_velocity_exceeded", "61")]
    [InlineData("4100000000000019", "card_declined", "fraudulent", "59")]
    public async Task A_test_card_is_declined_as_Stripe_declines_it(string card, string code, string declineCode, string networkCode)
    {
        await using var bench = await AcquirerBench.StartAsync();
        var intent = (await bench.CreateAsync()).Id();

        var declined = await bench.ConfirmAsync(intent, card);
        var found = await bench.FetchAsync(intent);

        Assert.Equal((402, "card_error", code), (declined.Status, declined.ErrorWord("type"), declined.ErrorWord("code")));
        Assert.Equal((declineCode, networkCode), (declined.ErrorWord("decline_code"), declined.ErrorWord("network_decline_code")));
        Assert.Equal(intent, declined.Error()["payment_intent"]!["id"]!.GetValue<string>());
        Assert.Equal("requires_payment_method", found.Word("status"));
        Assert.Equal(declineCode, found.Json["last_payment_error"]!["decline_code"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_schemes_advice_is_passed_on()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var declined = await bench.PayByStripeAsync(card: "4099000000000020");

        Assert.Equal(("do_not_try_again", "03"), (declined.ErrorWord("advice_code"), declined.ErrorWord("network_advice_code")));
    }

    [Fact]
    public async Task A_partial_approval_shows_in_what_can_be_captured()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var paid = await bench.PayByStripeAsync(card: "4099000000000046");

        Assert.Equal((1000, 500), (paid.Json["amount"]!.GetValue<long>(), paid.Json["amount_capturable"]!.GetValue<long>()));
    }

    [Fact]
    public async Task A_capture_of_less_gives_up_the_rest_unless_the_charge_can_be_captured_in_parts()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var whole = (await bench.PayByStripeAsync()).Id();
        var inParts = (await bench.PayByStripeAsync(inParts: true)).Id();

        var once = await bench.CaptureAsync(whole, "amount_to_capture=400&final_capture=false");
        var twice = await bench.CaptureAsync(whole, "amount_to_capture=400");
        var part = await bench.CaptureAsync(inParts, "amount_to_capture=400&final_capture=false");
        var rest = await bench.CaptureAsync(inParts, "amount_to_capture=600&final_capture=false");

        Assert.Equal(("succeeded", 400, "payment_intent_unexpected_state"), (once.Word("status"), twice.Status, twice.ErrorWord("code")));
        Assert.Equal(("requires_capture", "succeeded"), (part.Word("status"), rest.Word("status")));
    }

    [Fact]
    public async Task A_cancelled_intent_can_be_neither_confirmed_nor_captured()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var bare = (await bench.CreateAsync()).Id();
        var paid = (await bench.PayByStripeAsync()).Id();

        var cancelled = await bench.StripeAsync($"/v1/payment_intents/{bare}/cancel", "");
        await bench.StripeAsync($"/v1/payment_intents/{paid}/cancel", "");
        var confirm = await bench.ConfirmAsync(bare);
        var capture = await bench.CaptureAsync(paid);
        var again = await bench.StripeAsync($"/v1/payment_intents/{paid}/cancel", "");

        Assert.Equal("canceled", cancelled.Word("status"));
        Assert.All(new[] { confirm, capture, again }, refused => Assert.Equal("payment_intent_unexpected_state", refused.ErrorWord("code")));
        Assert.Equal(0, (await bench.BookAsync(acquirer: AcquirerBench.Stripe))["live_approvals"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("authenticate", "requires_capture", "succeeded")]
    [InlineData("fail", "requires_payment_method", "failed")]
    public async Task A_cardholder_authenticates_on_the_page_and_brings_the_intent_back(string result, string status, string redirected)
    {
        await using var bench = await AcquirerBench.StartAsync();
        var asked = await bench.PayByStripeAsync(card: "4000002500003155");
        var page = new Uri(asked.Json["next_action"]!["redirect_to_url"]!["url"]!.GetValue<string>());

        var back = await bench.AnswerPageAsync(page.Segments[^1], result, AcquirerBench.Stripe);
        var found = await bench.FetchAsync(asked.Id());

        Assert.Equal("requires_action", asked.Word("status"));
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(back.Location!.Query);
        Assert.Equal(
            [asked.Id(), asked.Word("client_secret"), redirected, "1"],
            new[] { "payment_intent", "payment_intent_client_secret", "redirect_status", "order" }.Select(name => query[name].ToString()));
        Assert.Equal(status, found.Word("status"));
    }

    [Fact]
    public async Task What_is_wrong_with_a_call_is_said_in_Stripes_shape()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var intent = (await bench.CreateAsync()).Id();

        var noKey = await bench.StripeAsync("/v1/payment_intents", "amount=1&currency=eur", apiKey: "another");
        var noAmount = await bench.StripeAsync("/v1/payment_intents", "currency=eur");
        var zero = await bench.CreateAsync(amount: 0);
        var tooMuch = await bench.CreateAsync(amount: 100_000_000);
        var unknown = await bench.FetchAsync("pi_unknown");
        var noCard = await bench.ConfirmAsync(intent, "4242424242424241");
        var early = await bench.CaptureAsync(intent);

        Assert.Equal([401, 400, 400, 400, 404, 402, 400], new[] { noKey, noAmount, zero, tooMuch, unknown, noCard, early }.Select(one => one.Status));
        Assert.Equal(
            [null, "parameter_missing", "amount_too_small", "amount_too_large", "resource_missing", "incorrect_number", "payment_intent_unexpected_state"],
            new[] { noKey, noAmount, zero, tooMuch, unknown, noCard, early }.Select(one => one.ErrorWord("code")));
    }

    [Fact]
    public async Task An_intent_is_found_by_its_metadata()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var intent = (await bench.CreateAsync(reference: "one")).Id();
        await bench.CreateAsync(reference: "another");

        var found = await bench.StripeAsync("/v1/payment_intents/search?query=" + Uri.EscapeDataString("metadata['attempt']:'att_one'"));
        var odd = await bench.StripeAsync("/v1/payment_intents/search?query=amount%3E1");

        Assert.Equal(intent, Assert.Single(found.Json["data"]!.AsArray())!["id"]!.GetValue<string>());
        Assert.Equal(400, odd.Status);
    }
}
