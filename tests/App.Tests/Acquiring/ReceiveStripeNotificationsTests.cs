using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Acquiring;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Acquiring;

public sealed class ReceiveStripeNotificationsTests(RunningRailyard railyard)
{
    const string Path = "/notifications/stripe/stripe";
    const string Event = """{"id":"evt_1","object":"event","type":"customer.created","data":{"object":{"id":"cus_1"}}}""";

    readonly Client stripe = railyard.ClientOfStripe();

    string Secret => railyard.App.Services.GetRequiredService<Acquirers>().NotificationKey(new AcquirerName("stripe"))!;

    [Fact]
    public async Task What_is_signed_is_accepted_also_where_it_concerns_nobody()
    {
        var known = await SendAsync(Event);
        var ofNobody = await SendAsync(
            """{"id":"evt_2","object":"event","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1","object":"payment_intent","metadata":{}}}}""");
        var unheardOf = await SendAsync("""{"id":"evt_3","object":"event","type":"of.tomorrow","data":{"object":{}}}""");

        Assert.All(new[] { known, ofNobody, unheardOf }, reply => Assert.Equal((HttpStatusCode.OK, "accepted"), (reply.Status, reply.Text)));
    }

    [Fact]
    public async Task What_is_not_signed_with_our_secret_is_not_believed()
    {
        var now = Now();
        string?[] headers =
        [
            null, "", $"t={now}", $"t={now},v1={new string('0', 64)}", $"t={now},v1={Sign(Event, now, "another secret")}",
            $"t={now},v1={Sign(Event + " ", now, Secret)}",
        ];

        foreach (var header in headers)
        {
            var reply = await SendAsync(Event, header);

            Assert.True((HttpStatusCode.Unauthorized, "signature_invalid") == (reply.Status, reply["code"]), header);
        }
    }

    [Theory]
    [InlineData(-310)]
    [InlineData(310)]
    public async Task What_is_not_of_these_five_minutes_is_not_believed(int seconds)
    {
        var sentAt = Now() + seconds;

        var reply = await SendAsync(Event, $"t={sentAt},v1={Sign(Event, sentAt, Secret)}");

        Assert.Equal((HttpStatusCode.Unauthorized, "signature_invalid"), (reply.Status, reply["code"]));
    }

    [Fact]
    public async Task One_of_two_signatures_is_enough_while_a_secret_is_rolled()
    {
        var now = Now();

        var reply = await SendAsync(Event, $"t={now},v1={Sign(Event, now, "the old one")},v1={Sign(Event, now, Secret)}");

        Assert.Equal(HttpStatusCode.OK, reply.Status);
    }

    [Theory]
    [InlineData("nobank")]
    [InlineData("northbank")]
    public async Task An_account_that_is_none_of_Stripes_is_not_found(string account)
    {
        var reply = await SendAsync(Event, path: $"/notifications/stripe/{account}");

        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (reply.Status, reply["code"]));
    }

    [Fact]
    public async Task Stripes_account_is_none_of_Adyens()
    {
        var reply = await stripe.PostRawAsync("/notifications/adyen/stripe", "{}");

        Assert.Equal(HttpStatusCode.NotFound, reply.Status);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"id":"evt_1","object":"charge","type":"x","data":{"object":{}}}""")]
    [InlineData("""{"id":"evt_1","object":"event","type":"x","data":null}""")]
    public async Task What_is_signed_and_no_event_is_refused(string body)
    {
        var reply = await SendAsync(body);

        Assert.Equal((HttpStatusCode.BadRequest, "malformed_request"), (reply.Status, reply["code"]));
    }

    [Fact]
    public async Task What_is_too_large_is_not_read()
    {
        var reply = await SendAsync(new string(' ', 70_000));

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body_too_large"), (reply.Status, reply["code"]));
    }

    [Fact]
    public async Task A_dispute_whose_payment_cannot_be_looked_up_is_to_be_sent_again_and_one_of_nobody_is_not()
    {
        var mute = await IntentThatNobodyTellsOfAsync();

        var later = await SendAsync(Dispute(mute));
        var ofNobody = await SendAsync(Dispute("pi_of_another"));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "acquirer_unavailable"), (later.Status, later["code"]));
        Assert.Equal(HttpStatusCode.OK, ofNobody.Status);
    }

    static string Dispute(string intent) =>
        """{"id":"evt_4","object":"event","type":"charge.dispute.created","data":{"object":{"id":"dp_1","amount":1000,"currency":"eur",""" +
        $"\"status\":\"needs_response\",\"payment_intent\":\"{intent}\"}}}}}}";

    async Task<string> IntentThatNobodyTellsOfAsync()
    {
        var created = await PostAsync("/v1/payment_intents", new() { ["amount"] = "1000", ["currency"] = "eur", ["capture_method"] = "manual" });
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        var card = new Dictionary<string, string>
        {
            ["payment_method_data[card][number]"] = "4099000000000079",
            ["payment_method_data[card][exp_month]"] = "3",
            ["payment_method_data[card][exp_year]"] = "2030",
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => PostAsync($"/v1/payment_intents/{created["id"]}/confirm", card, patience.Token));
        return created["id"]!;
    }

    async Task<Reply> PostAsync(string path, Dictionary<string, string> form, CancellationToken? cancellation = null)
    {
        using var http = new HttpClient { BaseAddress = railyard.App.Acquirers["stripe"] };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "sk_test_stripe_local");
        using var content = new FormUrlEncodedContent(form);
        var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content, cancellation ?? TestContext.Current.CancellationToken);
        return new Reply(answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), answer);
    }

    Task<Reply> SendAsync(string body, string? signature = "right", string path = Path)
    {
        var now = Now();
        var header = signature == "right" ? $"t={now},v1={Sign(body, now, Secret)}" : signature;
        return header is null ? stripe.PostRawAsync(path, body) : stripe.PostRawAsync(path, body, headers: ("Stripe-Signature", header));
    }

    static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    static string Sign(string body, long sentAt, string secret) => StripeSignature.Of(Encoding.UTF8.GetBytes(body), sentAt, secret);
}

static class StripeClients
{
    /// <summary>A client without a key, as Stripe is.</summary>
    public static Client ClientOfStripe(this RunningRailyard railyard) => new(railyard.App.Address, key: null);
}
