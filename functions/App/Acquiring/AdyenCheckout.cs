using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Acquiring;

/// <summary>
/// An acquirer that speaks Adyen's Checkout API, v71. Authorisations are always captured by a call of our own, so that
/// every settlement line has a reference that we know.
/// </summary>
sealed class AdyenCheckout(AcquirerProfile profile, AcquirerSettings settings, IHttpClientFactory http, TimeProvider time)
    : IAcquirer
{
    /// <summary>The name of the HTTP clients.</summary>
    public const string ClientName = "adyen-checkout";

    const string Version = "v71";
    const int LongestAnswer = 256 * 1024;

    static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.Strict,
    };

    static readonly MediaTypeHeaderValue JsonInUtf8 = new("application/json", "utf-8");

    static readonly Dictionary<string, string> ManualCapture = new() { ["manualCapture"] = "true" };

    /// <inheritdoc/>
    public AcquirerProfile Profile => profile;

    /// <inheritdoc/>
    public async Task<AttemptOutcome> AuthorizeAsync(AuthorizationCall call, CancellationToken cancellation)
    {
        var card = new AdyenCard(
            "scheme", call.Number.Reveal(), $"{call.Card.ExpMonth:00}", $"{call.Card.ExpYear}", call.SecurityCode);
        var body = new AdyenPayment(
            settings.MerchantAccount,
            AmountOf(call.Amount)
                ?? throw new InvariantBroken($"{call.Payment} was routed to {profile.Name}, which cannot count its amount."),
            call.Payment.Value,
            card,
            "Ecommerce",
            call.ReturnTo.ToString(),
            ManualCapture);
        var request = new Request<AdyenPayment>($"{Version}/payments", call.Attempt.Value, body, call.Within);
        return await SendAsync<AdyenPayment, AdyenPaymentAnswer>(request, cancellation) switch
        {
            Reply<AdyenPaymentAnswer>.Read read => AdyenAnswers.Payment(read.Answer, call.Amount),
            Reply<AdyenPaymentAnswer>.Error error => AdyenAnswers.PaymentError(error.Status, error.Body),
            Reply<AdyenPaymentAnswer>.NotSent => AttemptOutcome.NotSent("No connection could be made."),
            Reply<AdyenPaymentAnswer>.Lost lost => new AttemptOutcome.Unknown(lost.Evidence),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <inheritdoc/>
    public async Task<AttemptOutcome?> CompleteAsync(CompletionCall call, CancellationToken cancellation)
    {
        var body = new AdyenDetails(new AdyenRedirect(call.RedirectResult));
        // The result is part of the key: another one is another question, and a wrong one must not block the right one.
        var key = $"{call.Attempt}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(call.RedirectResult)))[..16]}";
        var request = new Request<AdyenDetails>($"{Version}/payments/details", key, body, call.Within);
        return await SendAsync<AdyenDetails, AdyenPaymentAnswer>(request, cancellation) switch
        {
            Reply<AdyenPaymentAnswer>.Read read => AdyenAnswers.Payment(read.Answer, call.Amount),
            Reply<AdyenPaymentAnswer>.Error error => AdyenAnswers.DetailsError(error.Status, error.Body),
            Reply<AdyenPaymentAnswer>.NotSent => new AttemptOutcome.Unknown("No connection could be made."),
            Reply<AdyenPaymentAnswer>.Lost lost => new AttemptOutcome.Unknown(lost.Evidence),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <inheritdoc/>
    public async Task<OperationOutcome> PerformAsync(OperationCall call, CancellationToken cancellation)
    {
        if (AmountOf(call.Amount) is not { } amount)
            return new OperationOutcome.Refused("amount_not_countable", "The acquirer counts this currency in coarser units.");
        var body = new AdyenModification(
            settings.MerchantAccount,
            call.Kind == OperationKind.Void ? null : amount,
            OwnReference.Of(call.Payment, call.Operation));
        var path = $"{Version}/payments/{Uri.EscapeDataString(call.PaymentReference)}/{Resource(call.Kind)}";
        var request = new Request<AdyenModification>(path, call.Operation.Value, body, call.Within);
        return await SendAsync<AdyenModification, AdyenModificationAnswer>(request, cancellation) switch
        {
            Reply<AdyenModificationAnswer>.Read read => AdyenAnswers.Modification(read.Answer),
            Reply<AdyenModificationAnswer>.Error error => AdyenAnswers.ModificationError(error.Status, error.Body),
            Reply<AdyenModificationAnswer>.NotSent => new OperationOutcome.Unknown("No connection could be made."),
            Reply<AdyenModificationAnswer>.Lost lost => new OperationOutcome.Unknown(lost.Evidence),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <inheritdoc/>
    public async Task<ReversalOutcome> ReverseAsync(ReversalCall call, CancellationToken cancellation)
    {
        // With its reference the one approval is undone; without one, whatever there is under ours.
        var key = $"{call.Attempt}_reverse{(call.AcquirerReference is { } one ? $"_{one}" : "")}";
        var reply = call.AcquirerReference is { } reference
            ? await SendAsync<AdyenModification, AdyenModificationAnswer>(
                new($"{Version}/payments/{Uri.EscapeDataString(reference)}/reversals", key,
                    new(settings.MerchantAccount, null, call.Payment.Value), call.Within),
                cancellation)
            : await SendAsync<AdyenTechnicalCancel, AdyenModificationAnswer>(
                new($"{Version}/cancels", key, new(settings.MerchantAccount, call.Payment.Value, call.Payment.Value), call.Within),
                cancellation);
        return reply switch
        {
            Reply<AdyenModificationAnswer>.Read read => AdyenAnswers.Reversal(read.Answer),
            Reply<AdyenModificationAnswer>.Error error =>
                new ReversalOutcome.Unknown($"The acquirer answered with HTTP status {(int)error.Status} {error.Body?.ErrorCode}."),
            Reply<AdyenModificationAnswer>.NotSent => new ReversalOutcome.Unknown("No connection could be made."),
            Reply<AdyenModificationAnswer>.Lost lost => new ReversalOutcome.Unknown(lost.Evidence),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static AdyenAmount? AmountOf(Money amount) =>
        AdyenCurrencies.ToAdyen(amount) is { } value ? new AdyenAmount(value, amount.Currency.Code) : null;

    static string Resource(OperationKind kind) => kind switch
    {
        OperationKind.Capture => "captures",
        OperationKind.Refund => "refunds",
        OperationKind.Void => "cancels",
    };

    sealed record Request<TBody>(string Path, string IdempotencyKey, TBody Body, TimeSpan Within);

    async Task<Reply<TAnswer>> SendAsync<TBody, TAnswer>(Request<TBody> asked, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(asked.Within, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.Endpoint!, asked.Path));
        request.Headers.Add("X-API-Key", settings.ApiKey);
        request.Headers.Add("Idempotency-Key", asked.IdempotencyKey);
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(asked.Body, Camel));
        request.Content.Headers.ContentType = JsonInUtf8;
        try
        {
            using var client = http.CreateClient(ClientName);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            await response.Content.LoadIntoBufferAsync(LongestAnswer, both.Token);
            return response.IsSuccessStatusCode
                ? new Reply<TAnswer>.Read(await ReadAsync<TAnswer>(response, both.Token))
                : new Reply<TAnswer>.Error(response.StatusCode, await TryReadErrorAsync(response, both.Token));
        }
        catch (HttpRequestException fault) when (fault.HttpRequestError
            is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            // Nothing was sent, so nothing can have been done.
            return new Reply<TAnswer>.NotSent();
        }
        catch (HttpRequestException fault)
        {
            return new Reply<TAnswer>.Lost($"The connection broke ({fault.HttpRequestError}).");
        }
        catch (JsonException)
        {
            return new Reply<TAnswer>.Lost("The answer could not be read.");
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return new Reply<TAnswer>.Lost($"No answer came within {asked.Within.TotalSeconds:0.###} s.");
        }
    }

    static async Task<TAnswer> ReadAsync<TAnswer>(HttpResponseMessage response, CancellationToken cancellation) =>
        await JsonSerializer.DeserializeAsync<TAnswer>(
            await response.Content.ReadAsStreamAsync(cancellation), Camel, cancellation)
        ?? throw new JsonException("The answer is null.");

    static async Task<AdyenError?> TryReadErrorAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            return await ReadAsync<AdyenError>(response, cancellation);
        }
        catch (JsonException)
        {
            // An error page of somebody in between: the status has to do.
            return null;
        }
    }

    /// <summary>How a call ended.</summary>
    abstract record Reply<TAnswer>
    {
        /// <summary>With an answer in full.</summary>
        public sealed record Read(TAnswer Answer) : Reply<TAnswer>;

        /// <summary>With an error, and its body where it could be read.</summary>
        public sealed record Error(System.Net.HttpStatusCode Status, AdyenError? Body) : Reply<TAnswer>;

        /// <summary>Before a byte of it left.</summary>
        public sealed record NotSent : Reply<TAnswer>;

        /// <summary>After it may have arrived.</summary>
        public sealed record Lost(string Evidence) : Reply<TAnswer>;
    }
}
