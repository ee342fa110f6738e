using System.Net;
using Stripe;

namespace Railyard.App.Acquiring.Stripe;

/// <summary>The time that a call to Stripe has, whatever number of questions it takes.</summary>
sealed class Deadline : IDisposable
{
    readonly CancellationTokenSource over;
    readonly CancellationTokenSource both;

    public Deadline(TimeSpan within, TimeProvider time, CancellationToken cancellation)
    {
        Within = within;
        over = new CancellationTokenSource(within, time);
        both = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
    }

    public TimeSpan Within { get; }

    public CancellationToken Token => both.Token;

    public bool HasPassed => over.IsCancellationRequested;

    public void Dispose()
    {
        both.Dispose();
        over.Dispose();
    }
}

/// <summary>How a question to Stripe ended.</summary>
abstract record Reply<T>
{
    /// <summary>With an answer; a replayed one was given before to the same call, and may be out of date.</summary>
    public sealed record Read(T Answer, bool IsReplayed) : Reply<T>;

    /// <summary>With no success, and what Stripe says of it where it could be read.</summary>
    public sealed record Error(HttpStatusCode Status, StripeError? Body, bool IsReplayed) : Reply<T>;

    /// <summary>Before a byte of it left.</summary>
    public sealed record NotSent : Reply<T>;

    /// <summary>After it may have arrived.</summary>
    public sealed record Lost(string Evidence) : Reply<T>;

    Reply() { }
}

/// <summary>Asks Stripe one question, once: whether to ask again is decided by whoever knows what the question was.</summary>
sealed class StripeConnection(AcquirerSettings settings, IHttpClientFactory http)
{
    const string Replayed = "Idempotent-Replayed";
    const int NoRetries = 0;

    public async Task<Reply<T>> AskAsync<T>(Func<StripeClient, CancellationToken, Task<T>> ask, Deadline deadline)
        where T : IStripeEntity
    {
        try
        {
            using var client = http.CreateClient(StripePayments.ClientName);
            var answer = await ask(Client(client), deadline.Token);
            return new Reply<T>.Read(answer, IsReplayed(answer.StripeResponse));
        }
        catch (StripeException refused)
        {
            return new Reply<T>.Error(refused.HttpStatusCode, refused.StripeError, IsReplayed(refused.StripeResponse));
        }
        catch (HttpRequestException fault) when (fault.HttpRequestError
            is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            // Nothing was sent, so nothing can have been done.
            return new Reply<T>.NotSent();
        }
        catch (HttpRequestException fault)
        {
            return new Reply<T>.Lost($"The connection broke ({fault.HttpRequestError}).");
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            return new Reply<T>.Lost($"No answer came within {deadline.Within.TotalSeconds:0.###} s.");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Of an answer that is JSON and yet none of Stripe's, the library throws whatever its parser comes upon.
            return new Reply<T>.Lost($"The answer could not be read ({fault.GetType().Name}).");
        }
    }

    // Cheap, and made for each question, so that the connections behind it are those of the factory.
    StripeClient Client(HttpClient client) => new(new StripeClientOptions
    {
        ApiKey = settings.ApiKey,
        ApiBase = settings.Endpoint!.ToString().TrimEnd('/'),
        HttpClient = new SystemNetHttpClient(client, NoRetries, appInfo: null, enableTelemetry: false),
    });

    static bool IsReplayed(StripeResponse? response) =>
        response?.Headers?.TryGetValues(Replayed, out var values) == true && values.Contains("true");
}
