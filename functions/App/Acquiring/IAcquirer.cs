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
    Uri ReturnTo);

/// <summary>What a cardholder brought back from authenticating, to be handed to the acquirer that sent them.</summary>
sealed record CompletionCall(AttemptId Attempt, Money Amount, string RedirectResult);

/// <summary>A capture, refund or void to ask for, of what was authorised under that reference.</summary>
sealed record OperationCall(OperationId Operation, OperationKind Kind, PaymentId Payment, string PaymentReference, Money Amount);

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
}
