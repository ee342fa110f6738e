using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Acquiring;
using Railyard.App.Acquiring.Stripe;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Tests.Acquiring;

/// <summary>What the connector makes of answers that the simulated Stripe never gives.</summary>
public sealed class StripeOddAnswersTests(RunningRailyard railyard)
{
    const string Created = """{"id":"pi_1","object":"payment_intent","amount":1000,"currency":"eur","status":"requires_payment_method"}""";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401, """{"error":{"type":"invalid_request_error","message":"Invalid API Key provided."}}""", DeclineCode.ConfigurationError)]
    [InlineData(403, """{"error":{"type":"invalid_request_error","code":"secret_key_required","message":"No."}}""", DeclineCode.ConfigurationError)]
    [InlineData(429, """{"error":{"type":"invalid_request_error","code":"rate_limit","message":"Too many requests."}}""", DeclineCode.AcquirerUnavailable)]
    [InlineData(429, "slow down", DeclineCode.AcquirerUnavailable)]
    [InlineData(400, """{"error":{"type":"invalid_request_error","code":"parameter_missing","message":"No."}}""", DeclineCode.ConfigurationError)]
    [InlineData(400, """{"error":{"type":"invalid_request_error","code":"amount_too_small","message":"No."}}""", DeclineCode.InvalidAmount)]
    public async Task Turned_away_at_the_door_it_is_a_decline_of_this_call_only(int status, string body, DeclineCode code)
    {
        await using var odd = await OddStripe.StartAsync((status, body));

        var declined = Assert.IsType<AttemptOutcome.Declined>(await AuthorizeAsync(odd.Address));

        Assert.Equal((code, true), (declined.Code, declined.IsOfThisCallOnly));
    }

    [Theory]
    [InlineData(409, """{"error":{"type":"idempotency_error","code":"idempotency_key_in_use","message":"In use."}}""")]
    [InlineData(400, """{"error":{"type":"idempotency_error","message":"Other parameters."}}""")]
    [InlineData(500, """{"error":{"type":"api_error","message":"Unknown."}}""")]
    [InlineData(503, "<html>")]
    [InlineData(500, "\"text\"")]
    [InlineData(400, "[]")]
    [InlineData(402, "<html>")]
    [InlineData(200, "null")]
    [InlineData(200, "[]")]
    [InlineData(200, "<html>")]
    [InlineData(200, """{"amount":"much"}""")]
    [InlineData(302, "")]
    public async Task What_cannot_be_believed_is_unknown_and_does_not_reach_the_evidence(int status, string body)
    {
        await using var odd = await OddStripe.StartAsync((status, body));

        var unknown = Assert.IsType<AttemptOutcome.Unknown>(await AuthorizeAsync(odd.Address));

        if (body.Length > 0) Assert.DoesNotContain(body, unknown.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":"pi_1","amount":900,"amount_capturable":900,"currency":"eur","status":"requires_capture"}""")]
    [InlineData("""{"id":"pi_1","amount":1000,"amount_capturable":1000,"currency":"usd","status":"requires_capture"}""")]
    [InlineData("""{"id":"pi_1","amount":1000,"amount_capturable":900,"currency":"eur","status":"requires_capture"}""")]
    [InlineData("""{"id":"pi_1","amount":1000,"amount_capturable":1000,"currency":"xyz","status":"requires_capture"}""")]
    public async Task Another_amount_or_currency_contradicts(string confirmed)
    {
        await using var odd = await OddStripe.StartAsync((200, Created), (200, confirmed));

        Assert.IsType<AttemptOutcome.Contradicted>(await AuthorizeAsync(odd.Address));
    }

    [Theory]
    [InlineData("processing")]
    [InlineData("of_tomorrow")]
    [InlineData("requires_payment_method")]
    public async Task A_status_that_is_neither_yes_nor_no_is_unknown(string status)
    {
        await using var odd = await OddStripe.StartAsync(
            (200, Created), (200, $$"""{"id":"pi_1","amount":1000,"currency":"eur","status":"{{status}}"}"""));

        Assert.IsType<AttemptOutcome.Unknown>(await AuthorizeAsync(odd.Address));
    }

    [Fact]
    public async Task No_call_is_repeated_by_itself()
    {
        await using var odd = await OddStripe.StartAsync((500, "{}"), (200, Created));

        await AuthorizeAsync(odd.Address);

        Assert.Equal(["POST /v1/payment_intents"], odd.Heard);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end()
    {
        await using var odd = await OddStripe.StartAsync((200, $$"""{"id":"{{new string('x', 300_000)}}"}"""));

        Assert.IsType<AttemptOutcome.Unknown>(await AuthorizeAsync(odd.Address));
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_was_sent()
    {
        var declined = Assert.IsType<AttemptOutcome.Declined>(await AuthorizeAsync(new Uri($"http://127.0.0.1:{FreePort()}")));

        Assert.Equal((DeclineCode.AcquirerUnavailable, "not_sent", true), (declined.Code, declined.RawCode, declined.IsOfThisCallOnly));
    }

    [Fact]
    public async Task Who_is_told_to_stop_stops()
    {
        await using var odd = await OddStripe.StartAsync((200, Created));
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Connector(odd.Address).AuthorizeAsync(Call(), stopped.Token));
    }

    Task<AttemptOutcome> AuthorizeAsync(Uri address) => Connector(address).AuthorizeAsync(Call(), Cancellation);

    StripePayments Connector(Uri address)
    {
        var profile = new AcquirerProfile { Name = new AcquirerName("odd"), Brands = [CardBrand.Visa], Fee = new Fee(0, 0) };
        var settings = new AcquirerSettings { Endpoint = address, ApiKey = "sk_test_odd" };
        return new StripePayments(
            profile, settings, railyard.App.Services.GetRequiredService<IHttpClientFactory>(), TimeProvider.System);
    }

    static AuthorizationCall Call()
    {
        var card = CardNumber.Read(StripeMerchants.Card)!.Value;
        var payment = new PaymentId($"pay_{Guid.CreateVersion7():n}");
        return new AuthorizationCall(
            payment.Attempt(1), payment, new Money(10_00, Currency.Of("EUR")), card,
            new CardSummary(card.Brand, card.Bin, card.Last4, 3, 2030), "737", new Uri("http://localhost/return"),
            TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(8));
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Gives the answers that it was told to give, one after the other.</summary>
    sealed class OddStripe : IAsyncDisposable
    {
        readonly WebApplication app;
        readonly Queue<(int Status, string Body)> answers;

        OddStripe(WebApplication app, IEnumerable<(int, string)> answers) => (this.app, this.answers) = (app, new(answers));

        public List<string> Heard { get; } = [];

        public Uri Address => new(app.Urls.First());

        public static async Task<OddStripe> StartAsync(params (int, string)[] answers)
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            var odd = new OddStripe(builder.Build(), answers);
            odd.app.Run(odd.AnswerAsync);
            await odd.app.StartAsync(Cancellation);
            return odd;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        Task AnswerAsync(HttpContext http)
        {
            Heard.Add($"{http.Request.Method} {http.Request.Path}");
            var (status, body) = answers.Dequeue();
            http.Response.StatusCode = status;
            return http.Response.WriteAsync(body);
        }
    }
}
