using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Acquiring;

/// <summary>An authorisation to ask for. The id of the attempt is the idempotency key: asked twice, it is one.</summary>
sealed record AuthorizationCall(
    AttemptId Attempt,
    PaymentId Payment,
    Money Amount,
    CardNumber Number,
    CardSummary Card,
    string? SecurityCode,
    Uri ReturnTo,
    DateTimeOffset StartedAt,
    TimeSpan Within);

/// <summary>What a cardholder brought back from authenticating, to be handed to the acquirer that sent them.</summary>
sealed record CompletionCall(AttemptId Attempt, Money Amount, string RedirectResult, TimeSpan Within);

/// <summary>A capture, refund or void to ask for, of what was authorised under that reference.</summary>
sealed record OperationCall(
    OperationId Operation,
    OperationKind Kind,
    PaymentId Payment,
    string PaymentReference,
    Money Amount,
    OriginalCall Original,
    TimeSpan Within);

/// <summary>
/// The authorisation that an operation follows, for protocols that name it by what was sent then; with the card only where
/// <see cref="AcquirerProfile.OperationsNameTheCard"/>.
/// </summary>
sealed record OriginalCall(
    AttemptId Attempt, DateTimeOffset StartedAt, CardNumber? Number, CardSummary Card, Money Amount);

/// <summary>
/// An attempt to undo: one without a known outcome, or an approval that nobody wants, by the acquirer's reference of it
/// where there is one. <paramref name="IsRepeat"/>: it was asked for before.
/// </summary>
sealed record ReversalCall(
    AttemptId Attempt,
    PaymentId Payment,
    Money Amount,
    string? AcquirerReference,
    CardNumber Number,
    CardSummary Card,
    DateTimeOffset StartedAt,
    bool IsRepeat,
    TimeSpan Within);

/// <summary>
/// An acquirer's protocol. Every call may be made again with the same id and is then the same call. None throws for
/// what the world does: no answer, or none that can be believed, is an outcome.
/// </summary>
interface IAcquirer
{
    /// <summary>What it takes.</summary>
    AcquirerProfile Profile { get; }

    /// <summary>Asks for an authorisation.</summary>
    Task<AttemptOutcome> AuthorizeAsync(AuthorizationCall call, CancellationToken cancellation);

    /// <summary>
    /// Completes an attempt whose cardholder came back; null where the acquirer cannot make out what they brought: then
    /// nothing has happened.
    /// </summary>
    Task<AttemptOutcome?> CompleteAsync(CompletionCall call, CancellationToken cancellation);

    /// <summary>Asks for a capture, refund or void.</summary>
    Task<OperationOutcome> PerformAsync(OperationCall call, CancellationToken cancellation);

    /// <summary>Asks for an attempt to be undone. Acknowledged, nothing of it lives, whether or not there was anything.</summary>
    Task<ReversalOutcome> ReverseAsync(ReversalCall call, CancellationToken cancellation);
}
