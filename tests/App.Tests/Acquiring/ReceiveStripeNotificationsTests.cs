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
