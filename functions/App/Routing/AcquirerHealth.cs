using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>
/// Whether acquirers answer, as this instance sees it by its own calls: known at once, before anything is counted, and
/// forgotten with the instance.
/// </summary>
public sealed partial class AcquirerHealth(TimeProvider time, ILogger<AcquirerHealth> log)
{
    readonly ConcurrentDictionary<AcquirerName, OutageWatch> watches = [];

    /// <summary>Takes note of what came of an authorisation, and how long it took.</summary>
    internal void Observe(AcquirerName acquirer, AttemptOutcome outcome, TimeSpan took)
    {
        var now = time.GetUtcNow();
        var before = StateOf(acquirer);
        var signal = OutageWatch.Signal(HasAnswered(outcome), took);
        var after = watches.AddOrUpdate(
            acquirer,
            static (_, seen) => OutageWatch.Healthy.After(seen.signal, seen.now),
            static (_, watch, seen) => watch.After(seen.signal, seen.now),
            (signal, now));
        if (after.StateAt(now) is var state && state != before) Moved(acquirer, before, state);
    }

    /// <summary>How an acquirer stands.</summary>
    internal OutageState StateOf(AcquirerName acquirer) =>
        watches.GetValueOrDefault(acquirer)?.StateAt(time.GetUtcNow()) ?? OutageState.Healthy;

    /// <summary>Whether there was an answer that can be believed: also a refusal, but not that it could not be reached.</summary>
    internal static bool HasAnswered(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Unknown => false,
        AttemptOutcome.Declined declined => HasAnswered(declined.Code),
        _ => true,
    };

    /// <summary>The same of a decline.</summary>
    internal static bool HasAnswered(DeclineCode code) => code is not (DeclineCode.AcquirerUnavailable or DeclineCode.AcquirerError);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Acquirer} was {Before} and is {State}, by the calls of this instance")]
    partial void Moved(AcquirerName acquirer, OutageState before, OutageState state);
}
