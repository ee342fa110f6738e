using System.Diagnostics;
using System.Threading.RateLimiting;
using Polly;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Acquiring;

/// <summary>
/// Keeps one acquirer's trouble to itself: a bulkhead bounds the calls that it has in hand, and a circuit breaker for each
/// operation stops calling what does not answer. What is held back was not sent, and is never called again from here: asking
/// again is the orchestration's to decide.
/// </summary>
sealed class GuardedAcquirer : IAcquirer, IAsyncDisposable
{
    const int MostCallsAtOnce = 256;
    const double TripsAtFailures = 0.5;
    const int FewestCallsToTrip = 20;
    static readonly TimeSpan LooksBack = TimeSpan.FromSeconds(10);
    static readonly TimeSpan StaysOpenFor = TimeSpan.FromSeconds(5);

    readonly IAcquirer acquirer;
    readonly TimeProvider time;
    readonly ConcurrencyLimiter bulkhead = new(new ConcurrencyLimiterOptions { PermitLimit = MostCallsAtOnce });
    readonly Guard<AttemptOutcome> authorizations;
    readonly Guard<AttemptOutcome?> completions;
    readonly Guard<ReversalOutcome> reversals;
    readonly Dictionary<OperationKind, Guard<OperationOutcome>> operations;

    public GuardedAcquirer(IAcquirer acquirer, TimeProvider time)
    {
        (this.acquirer, this.time) = (acquirer, time);
        authorizations = Build<AttemptOutcome>("authorize", IsFailure);
        completions = Build<AttemptOutcome?>("complete", IsFailure);
        reversals = Build<ReversalOutcome>("reverse", outcome => outcome is ReversalOutcome.Unknown);
        operations = Enum.GetValues<OperationKind>().ToDictionary(
            kind => kind,
            kind => Build<OperationOutcome>(Json.Word(kind), outcome => outcome is OperationOutcome.Unknown));
    }

    /// <inheritdoc/>
    public AcquirerProfile Profile => acquirer.Profile;

    /// <summary>Whether calls of each operation go through, in the breaker's words.</summary>
    public IReadOnlyDictionary<string, CircuitState> Circuits => new Dictionary<string, CircuitState>
    {
        [authorizations.Name] = authorizations.State.CircuitState,
        [completions.Name] = completions.State.CircuitState,
        [reversals.Name] = reversals.State.CircuitState,
        [operations[OperationKind.Capture].Name] = operations[OperationKind.Capture].State.CircuitState,
        [operations[OperationKind.Refund].Name] = operations[OperationKind.Refund].State.CircuitState,
        [operations[OperationKind.Void].Name] = operations[OperationKind.Void].State.CircuitState,
    };

    /// <inheritdoc/>
    public Task<AttemptOutcome> AuthorizeAsync(AuthorizationCall call, CancellationToken cancellation) => RunAsync(
        authorizations, token => acquirer.AuthorizeAsync(call, token), AttemptOutcome.NotSent, cancellation);

    /// <inheritdoc/>
    public Task<AttemptOutcome?> CompleteAsync(CompletionCall call, CancellationToken cancellation) => RunAsync(
        completions, token => acquirer.CompleteAsync(call, token), why => new AttemptOutcome.Unknown(why), cancellation);

    /// <inheritdoc/>
    public Task<OperationOutcome> PerformAsync(OperationCall call, CancellationToken cancellation) => RunAsync(
        operations[call.Kind], token => acquirer.PerformAsync(call, token), why => new OperationOutcome.Unknown(why), cancellation);

    /// <inheritdoc/>
    public Task<ReversalOutcome> ReverseAsync(ReversalCall call, CancellationToken cancellation) => RunAsync(
        reversals, token => acquirer.ReverseAsync(call, token), why => new ReversalOutcome.Unknown(why), cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (acquirer is IAsyncDisposable held) await held.DisposeAsync();
        await bulkhead.DisposeAsync();
    }

    async Task<T> RunAsync<T>(
        Guard<T> guard, Func<CancellationToken, Task<T>> call, Func<string, T> heldBack, CancellationToken cancellation)
    {
        using var span = Telemetry.Spans.StartActivity(guard.Span, ActivityKind.Client);
        try
        {
            var outcome = await guard.Pipeline.ExecuteAsync(
                static async (call, token) => await call(token), call, cancellation);
            span?.SetTag("railyard.acquirer", Profile.Name.Value).SetTag("railyard.outcome", outcome?.GetType().Name);
            return outcome;
        }
        catch (BrokenCircuitException)
        {
            return heldBack("Not called: the acquirer has not been answering.");
        }
        catch (RateLimiterRejectedException)
        {
            return heldBack($"Not called: the acquirer has {MostCallsAtOnce} calls in hand.");
        }
    }

    // Of issuers' refusals an acquirer is innocent; that it could not be reached, or gave no answer, is its own doing.
    static bool IsFailure(AttemptOutcome? outcome) => outcome
        is AttemptOutcome.Unknown
        or AttemptOutcome.Declined { Code: DeclineCode.AcquirerUnavailable or DeclineCode.AcquirerError };

    Guard<T> Build<T>(string name, Func<T, bool> isFailure)
    {
        var state = new CircuitBreakerStateProvider();
        var breaker = new CircuitBreakerStrategyOptions<T>
        {
            Name = $"{Profile.Name}-{name}",
            FailureRatio = TripsAtFailures,
            MinimumThroughput = FewestCallsToTrip,
            SamplingDuration = LooksBack,
            BreakDuration = StaysOpenFor,
            StateProvider = state,
            ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is null && isFailure(arguments.Outcome.Result!)),
        };
        var pipeline = new ResiliencePipelineBuilder<T> { TimeProvider = time }
            .AddRateLimiter(bulkhead)
            .AddCircuitBreaker(breaker)
            .Build();
        return new Guard<T>(name, $"{name} at {Profile.Name}", pipeline, state);
    }

    sealed record Guard<T>(string Name, string Span, ResiliencePipeline<T> Pipeline, CircuitBreakerStateProvider State);
}
