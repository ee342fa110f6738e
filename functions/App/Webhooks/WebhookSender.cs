using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>What came of posting a message, with the beginning of what the endpoint said.</summary>
sealed record Posted(TryOutcome Outcome, string? Response, TimeSpan Duration);

/// <summary>Posts messages to merchants' endpoints, and trusts nothing about them.</summary>
public sealed class WebhookSender : IDisposable
{
    const int KeptOfResponse = 4 * 1024;
    const int MostConnectionsToOne = 16;
    const int LongestHeadersKilobytes = 16;
    static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(15);
    static readonly TimeSpan ConnectionLives = TimeSpan.FromMinutes(1);

    readonly WebhookSecrets secrets;
    readonly TimeProvider time;
    readonly HttpClient http;

    /// <summary>Posts by way of <paramref name="guard"/>.</summary>
    public WebhookSender(AddressGuard guard, WebhookSecrets secrets, TimeProvider time)
    {
        this.secrets = secrets;
        this.time = time;
        http = new HttpClient(Handler(guard)) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Railyard-Webhooks", "1"));
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    /// <summary>One try. Whatever the endpoint does is an outcome; only our own end stops it with an exception.</summary>
    internal async Task<Posted> PostAsync(WebhookEndpoint endpoint, Delivery delivery, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        using var late = new CancellationTokenSource(AnswersWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            using var request = Request(endpoint, delivery);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var response = await BeginningAsync(answer, either.Token);
            cancellation.ThrowIfCancellationRequested();
            return new Posted(Answered(answer), response, time.GetElapsedTime(begun));
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested && ErrorOf(fault) is { } error)
        {
            return new Posted(new TryOutcome.NoAnswer(error), null, time.GetElapsedTime(begun));
        }
    }

    static SocketsHttpHandler Handler(AddressGuard guard) => new()
    {
        ConnectCallback = guard.ConnectAsync,
        ConnectTimeout = AnswersWithin,
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxConnectionsPerServer = MostConnectionsToOne,
        MaxResponseHeadersLength = LongestHeadersKilobytes,
        // An answer that is longer than what we keep is not read to its end.
        MaxResponseDrainSize = 0,
        PooledConnectionLifetime = ConnectionLives,
        // Our traces are nobody else's.
        ActivityHeadersPropagator = null,
    };

    HttpRequestMessage Request(WebhookEndpoint endpoint, Delivery delivery)
    {
        var now = time.GetUtcNow();
        var body = Encoding.UTF8.GetBytes(delivery.Body);
        var signatures = Signature.Sign(delivery.Id.Value, now, body, secrets.OpenValid(delivery.Merchant, endpoint, now));
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(Answer.JsonContent);
        request.Headers.Add("webhook-id", delivery.Id.Value);
        request.Headers.Add("webhook-timestamp", Signature.Timestamp(now));
        request.Headers.Add("webhook-signature", signatures);
        return request;
    }

    TryOutcome.Answered Answered(HttpResponseMessage answer)
    {
        var wish = answer.Headers.TryGetValues("Retry-After", out var values) ? values.FirstOrDefault() : null;
        return new((int)answer.StatusCode, wish is null ? null : DeliverySchedule.RetryAfter(wish, time.GetUtcNow()));
    }

    // The status has come and counts; what the body has to say is only for the log.
    static async Task<string?> BeginningAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var buffer = new byte[KeptOfResponse];
        var length = 0;
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
            length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or OperationCanceledException)
        {
            return "(the body did not come to its end)";
        }
        return length == 0 ? null : Encoding.UTF8.GetString(buffer, 0, length);
    }

    static TryError? ErrorOf(Exception fault) => fault switch
    {
        OperationCanceledException => TryError.TimedOut,
        HttpRequestException { InnerException: AddressRefused } => TryError.AddressRefused,
        HttpRequestException { InnerException: AuthenticationException } => TryError.TlsFailed,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => TryError.TlsFailed,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => TryError.NameNotFound,
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound } } => TryError.NameNotFound,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => TryError.ConnectionFailed,
        HttpRequestException or IOException => TryError.ConnectionLost,
        _ => null,
    };
}
