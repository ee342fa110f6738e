using System.Net;

namespace Railyard.App.Tests.Payments;

public sealed class PaymentTests(RunningRailyard railyard)
{
    readonly Client merchant = railyard.Merchant;

    [Fact]
    public async Task A_payment_with_automatic_capture_is_captured_and_in_the_shape_of_the_contract()
    {
        var reply = await merchant.PayAsync(10_50, "automatic", reference: "order 1");

        Assert.Equal("captured", reply["status"]);
        Assert.Equal("1050", reply["amount"]);
        Assert.Equal("1050", reply["amount_captured"]);
        Assert.Equal("0", reply["amount_refunded"]);
        Assert.Equal("visa", reply["card.brand"]);
        Assert.Equal("1111", reply["card.last4"]);
        Assert.Equal("northbank", reply["acquirer"]);
        Assert.Null(reply["decline"]);
        Assert.Equal(
            ["id", "status", "amount", "currency", "amount_captured", "amount_refunded", "capture", "reference", "metadata",
             "card", "acquirer", "decline", "action", "disputes", "expires_at", "created_at", "updated_at"],
            reply.Body.EnumerateObject().Select(member => member.Name));
        Assert.Equal($"/v1/payments/{reply["id"]}", reply.Header("Location"));
        Assert.Equal(reply.Text, (await merchant.GetAsync($"/v1/payments/{reply["id"]}")).Text);
    }

    [Fact]
    public async Task An_authorised_payment_is_captured_in_parts_and_refunded_in_parts()
    {
        var payment = $"/v1/payments/{(await merchant.PayAsync(100_00))["id"]}";

        var part = await merchant.PostAsync($"{payment}/captures", new { amount = 40_00 });
        var rest = await merchant.PostAsync($"{payment}/captures");
        var refund = await merchant.PostAsync($"{payment}/refunds", new { amount = 30_00, reason = "one was broken" });
        var captured = await merchant.GetAsync(payment);
        var last = await merchant.PostAsync($"{payment}/refunds");
        var refunded = await merchant.GetAsync(payment);

        Assert.Equal((HttpStatusCode.Created, "succeeded", "4000"), (part.Status, part["status"]!, part["amount"]!));
        Assert.Equal(("capture", "6000"), (rest["type"]!, rest["amount"]!));
        Assert.Equal(("refund", "one was broken"), (refund["type"]!, refund["reason"]!));
        Assert.Equal(("captured", "10000", "3000"), (captured["status"]!, captured["amount_captured"]!, captured["amount_refunded"]!));
        Assert.Equal("7000", last["amount"]);
        Assert.Equal(("refunded", "10000"), (refunded["status"]!, refunded["amount_refunded"]!));
    }

    [Fact]
    public async Task An_authorised_payment_is_voided_and_then_nothing_more_can_be_done_with_it()
    {
        var payment = $"/v1/payments/{(await merchant.PayAsync())["id"]}";

        var voided = await merchant.PostAsync($"{payment}/voids");
        var capture = await merchant.PostAsync($"{payment}/captures");

        Assert.Equal((HttpStatusCode.Created, "succeeded"), (voided.Status, voided["status"]!));
        Assert.Equal("voided", (await merchant.GetAsync(payment))["status"]);
        Assert.Equal((HttpStatusCode.Conflict, "not_authorized"), (capture.Status, capture["code"]!));
    }

    [Fact]
    public async Task A_generic_decline_cascades_once_and_the_attempts_say_why()
    {
        var reply = await merchant.PayAsync(number: "4099000000000012");

        var attempts = (await merchant.GetAsync($"/v1/payments/{reply["id"]}/attempts")).Body.GetProperty("items");
        Assert.Equal(("authorized", "southbank"), (reply["status"]!, reply["acquirer"]!));
        Assert.Equal(
            [("northbank", "declined"), ("southbank", "approved")],
            attempts.EnumerateArray().Select(one => (one.GetProperty("acquirer").GetString()!, one.GetProperty("outcome").GetString()!)));
        Assert.Equal("do_not_honor", attempts[0].GetProperty("decline_code").GetString());
        Assert.Equal("2", attempts[0].GetProperty("raw_code").GetString());
        Assert.Contains("cascaded after a decline", attempts[1].GetProperty("why").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payment_that_both_acquirers_decline_is_declined_and_that_is_no_HTTP_error()
    {
        var reply = await merchant.PayAsync(number: "4000000000000002");

        var attempts = await merchant.GetAsync($"/v1/payments/{reply["id"]}/attempts");
        Assert.Equal(("declined", "do_not_honor"), (reply["status"]!, reply["decline.code"]!));
        Assert.NotEmpty(reply["decline.advice"]!);
        Assert.Equal("05", reply["decline.network_code"]);
        Assert.Equal(2, attempts.Body.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_stolen_card_is_not_tried_elsewhere()
    {
        var reply = await merchant.PayAsync(number: "4000000000009979");

        var attempts = await merchant.GetAsync($"/v1/payments/{reply["id"]}/attempts");
        Assert.Equal("declined", reply["status"]);
        Assert.Equal(1, attempts.Body.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task The_event_log_tells_the_story_in_order()
    {
        var reply = await merchant.PayAsync(capture: "automatic");

        var events = (await merchant.GetAsync($"/v1/payments/{reply["id"]}/events")).Body.GetProperty("items");
        Assert.Equal(
            ["payment.created", "payment.attempt_started", "payment.authorized", "payment.capture_requested", "payment.captured"],
            events.EnumerateArray().Select(one => one.GetProperty("type").GetString()));
        Assert.Equal([1, 2, 3, 4, 5], events.EnumerateArray().Select(one => one.GetProperty("sequence").GetInt32()));
    }

    [Fact]
    public async Task A_card_is_kept_once_and_paid_with_by_its_token()
    {
        var card = new { number = Client.GoodCard, exp_month = 12, exp_year = 2031 };
        var token = await merchant.PostAsync("/v1/card-tokens", new { card });

        var reply = await merchant.PostAsync(
            "/v1/payments", new { amount = 500, currency = "JPY", payment_method = new { type = "card_token", token = token["id"] } });

        Assert.Equal(HttpStatusCode.Created, token.Status);
        Assert.Equal(("captured", "12", "2031"), (reply["status"]!, reply["card.exp_month"]!, reply["card.exp_year"]!));
    }

    [Fact]
    public async Task An_acquirer_that_booked_it_and_did_not_answer_is_asked_until_it_says_so()
    {
        var accepted = await merchant.PostAsync("/v1/payments", Client.Payment(number: "4099000000000087"), prefer: "wait=0");
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);

        var found = await Eventually.ThatAsync(
            () => merchant.GetAsync(accepted.Header("Location")!), reply => reply["status"] is not "processing");

        var attempts = await merchant.GetAsync($"{accepted.Header("Location")}/attempts");
        Assert.Equal(("authorized", "northbank"), (found["status"]!, found["acquirer"]!));
        Assert.Equal(1, attempts.Body.GetProperty("items").GetArrayLength());
    }

    // It is written with its first attempt, or by the answer to who does not wait for that: whichever comes first.
    [Fact]
    public async Task A_payment_that_nobody_waits_for_is_there_as_soon_as_it_is_accepted()
    {
        for (var i = 0; i < 20; i++)
        {
            var accepted = await merchant.PostAsync("/v1/payments", Client.Payment(), prefer: "respond-async");
            var found = await merchant.GetAsync(accepted.Header("Location")!);

            Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.OK), (accepted.Status, found.Status));
            await Eventually.ThatAsync(() => merchant.GetAsync(accepted.Header("Location")!), read => read["status"] == "authorized");
            var events = (await merchant.GetAsync($"{accepted.Header("Location")}/events")).Body.GetProperty("items");
            Assert.Equal(
                ["payment.created", "payment.attempt_started", "payment.authorized"],
                events.EnumerateArray().Select(one => one.GetProperty("type").GetString()));
        }
    }

    [Fact]
    public async Task A_partial_approval_is_never_shown_as_paid()
    {
        var reply = await merchant.PayAsync(number: "4099000000000046");

        Assert.Equal(("unresolved", "0"), (reply["status"]!, reply["amount_captured"]!));
    }

    [Fact]
    public async Task A_card_that_must_be_authenticated_says_where()
    {
        var reply = await merchant.PayAsync(number: "4212345678901237");

        Assert.Equal(("requires_action", "redirect"), (reply["status"]!, reply["action.type"]!));
        Assert.StartsWith("http", reply["action.url"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payments_are_listed_newest_first_in_pages_that_new_ones_do_not_shift()
    {
        var reference = $"list {Guid.CreateVersion7()}";
        var ids = new List<string>();
        for (var i = 0; i < 3; i++) ids.Add((await merchant.PayAsync(reference: reference))["id"]!);
        var query = $"/v1/payments?reference={Uri.EscapeDataString(reference)}&limit=2";
        await Eventually.ThatAsync(
            () => merchant.GetAsync($"/v1/payments?reference={Uri.EscapeDataString(reference)}&status=authorized"),
            page => page.Body.GetProperty("items").GetArrayLength() == 3);

        var first = await merchant.GetAsync(query);
        await merchant.PayAsync(reference: reference);
        var second = await merchant.GetAsync($"{query}&cursor={first["next_cursor"]}");

        Assert.Equal([ids[2], ids[1]], Ids(first));
        Assert.Equal([ids[0]], Ids(second));
        Assert.Null(second["next_cursor"]);
    }

    static IEnumerable<string?> Ids(Reply page) =>
        page.Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString());
}
