using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Payments;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Payments;

public sealed class AuthenticationTests(RunningRailyard railyard)
{
    const string CardToAuthenticate = "4212345678901237";

    readonly Client merchant = railyard.Merchant;

    [Fact]
    public async Task A_cardholder_who_authenticates_comes_back_to_an_authorised_payment()
    {
        var asked = await merchant.PayAsync(number: CardToAuthenticate);

        var page = await AnswerAsync(asked, "authenticate");
        var payment = await merchant.GetAsync($"/v1/payments/{asked["id"]}");
        var events = await merchant.GetAsync($"/v1/payments/{asked["id"]}/events");

        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.ContentType));
        Assert.Equal("authorized", payment["status"]);
        Assert.Equal(
            ["payment.created", "payment.attempt_started", "payment.requires_action", "payment.action_completed", "payment.authorized"],
            events.Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("type").GetString()!));
    }

    [Fact]
    public async Task A_payment_that_captures_itself_does_so_after_the_authentication()
    {
        var asked = await merchant.PayAsync(capture: "automatic", number: CardToAuthenticate);

        await AnswerAsync(asked, "authenticate");

        await Eventually.ThatAsync(() => merchant.GetAsync($"/v1/payments/{asked["id"]}"), payment => payment["status"] == "captured");
    }

    [Fact]
    public async Task A_cardholder_who_fails_is_declined()
    {
        var asked = await merchant.PayAsync(number: CardToAuthenticate);

        await AnswerAsync(asked, "fail");
        var payment = await merchant.GetAsync($"/v1/payments/{asked["id"]}");

        Assert.Equal(("declined", "authentication_failed"), (payment["status"], payment["decline.code"]));
    }

    [Fact]
    public async Task Coming_back_twice_is_coming_back_once()
    {
        var asked = await merchant.PayAsync(number: CardToAuthenticate);

        var first = await AnswerAsync(asked, "authenticate");
        var again = await new Client(first.Response.RequestMessage!.RequestUri!, key: null).GetAsync("");
        var attempts = await merchant.GetAsync($"/v1/payments/{asked["id"]}/attempts");

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Single(attempts.Body.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_return_with_a_proof_that_is_not_ours_is_nobodys()
    {
        var asked = await merchant.PayAsync(number: CardToAuthenticate);

        var reply = await merchant.GetAsync($"/return/{asked["id"]}/00000000000000000000000000000000?redirectResult=x");

        Assert.Equal(HttpStatusCode.NotFound, reply.Status);
    }

    [Fact]
    public async Task A_return_that_the_acquirer_cannot_read_leaves_the_action_open()
    {
        var asked = await merchant.PayAsync(number: CardToAuthenticate);
        var links = railyard.App.Services.GetRequiredService<ReturnLinks>();
        var path = links.For(new PaymentId(asked["id"]!)).AbsolutePath;

        await railyard.Merchant.GetAsync($"{path}?redirectResult=not-one-of-yours");
        var still = await merchant.GetAsync($"/v1/payments/{asked["id"]}");
        await AnswerAsync(asked, "authenticate");
        var then = await merchant.GetAsync($"/v1/payments/{asked["id"]}");

        Assert.Equal(("requires_action", "authorized"), (still["status"], then["status"]));
    }

    [Theory]
    [InlineData("http://shop.example/back")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/back")]
    [InlineData("https://user@shop.example/")]
    [InlineData("https://shop.example/#top")]
    public async Task A_return_url_that_is_no_page_of_a_shop_is_refused(string url)
    {
        var reply = await merchant.PostAsync("/v1/payments", new
        {
            amount = 10_00,
            currency = "EUR",
            payment_method = new { type = "card", card = new { number = CardToAuthenticate, exp_month = 3, exp_year = 2030 } },
            return_url = url,
        });

        Assert.Equal((HttpStatusCode.BadRequest, "return_url"), (reply.Status, reply.Body.GetProperty("errors")[0].GetProperty("field").GetString()));
    }

    [Fact]
    public async Task The_cardholder_is_sent_on_to_the_shop_with_the_payments_id()
    {
        var asked = await merchant.PostAsync("/v1/payments", new
        {
            amount = 10_00,
            currency = "EUR",
            capture = "manual",
            payment_method = new { type = "card", card = new { number = CardToAuthenticate, exp_month = 3, exp_year = 2030 } },
            return_url = new Uri(railyard.App.Address, "/health?from=shop").ToString(),
        });

        var shop = await AnswerAsync(asked, "authenticate");

        Assert.Equal($"/health?from=shop&payment_id={asked["id"]}", shop.Response.RequestMessage!.RequestUri!.PathAndQuery);
    }

    [Fact]
    public async Task The_shop_is_told_by_a_redirect_whichever_way_the_cardholder_comes_back()
    {
        var payment = await merchant.PostAsync("/v1/payments", new
        {
            amount = 10_00,
            currency = "EUR",
            payment_method = new { type = "card", card = new { number = Client.GoodCard, exp_month = 3, exp_year = 2030 } },
            return_url = "https://shop.example/back",
        });
        var browser = new Client(railyard.App.Address, key: null, Client.Staying);
        var path = railyard.App.Services.GetRequiredService<ReturnLinks>().For(new PaymentId(payment["id"]!)).AbsolutePath;

        var byLink = await browser.GetAsync($"{path}?redirectResult=done");
        var byForm = await browser.PostRawAsync(path, "redirectResult=done", "application/x-www-form-urlencoded");

        Assert.All([byLink, byForm], reply => Assert.Equal(
            (HttpStatusCode.Found, $"https://shop.example/back?payment_id={payment["id"]}"), (reply.Status, reply.Header("Location"))));
    }

    [Fact]
    public async Task An_amount_of_zero_verifies_the_card_and_captures_nothing()
    {
        var verified = await merchant.PayAsync(amount: 0, capture: "automatic");

        Assert.Equal(("authorized", null, "0"), (verified["status"], verified["expires_at"], verified["amount_captured"]));
    }

    [Fact]
    public async Task A_signed_notification_completes_what_the_cardholder_did_not_come_back_for()
    {
        var asked = await merchant.PayAsync(number: CardToAuthenticate);

        var sent = await railyard.Acquirer("northbank").PostAsync(
            "/sim/notifications", new { merchantReference = asked["id"], eventCode = "AUTHORISATION", success = true });

        Assert.True(sent.Status is HttpStatusCode.OK or HttpStatusCode.Accepted, sent.Text);
        await Eventually.ThatAsync(() => merchant.GetAsync($"/v1/payments/{asked["id"]}"), payment => payment["status"] == "authorized");
    }

    [Fact]
    public async Task A_notification_that_is_signed_with_our_key_is_taken_and_completes_the_payment()
    {
        var asked = await merchant.PayAsync(number: CardToAuthenticate);

        var taken = await merchant.PostAsync("/notifications/adyen/northbank", SignedNotice.For(railyard.App, asked["id"]!));

        Assert.Equal((HttpStatusCode.OK, "[accepted]"), (taken.Status, taken.Text));
        await Eventually.ThatAsync(() => merchant.GetAsync($"/v1/payments/{asked["id"]}"), payment => payment["status"] == "authorized");
    }

    [Fact]
    public async Task A_notification_that_is_not_signed_with_our_key_is_not_believed()
    {
        var asked = await merchant.PayAsync(number: CardToAuthenticate);

        var reply = await merchant.PostAsync("/notifications/adyen/northbank", SignedNotice.Forged(asked["id"]!));
        var payment = await merchant.GetAsync($"/v1/payments/{asked["id"]}");

        Assert.Equal((HttpStatusCode.Unauthorized, "requires_action"), (reply.Status, payment["status"]));
    }

    // What the acquirer's page does for a cardholder, redirects and all.
    static async Task<Reply> AnswerAsync(Reply asked, string result)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent([new("result", result)]);
        var response = await http.PostAsync(new Uri(asked["action.url"]!), form, TestContext.Current.CancellationToken);
        return new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response);
    }
}
