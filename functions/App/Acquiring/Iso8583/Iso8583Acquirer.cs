using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Acquiring.Iso8583;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Acquiring.Iso8583;

/// <summary>
/// An acquirer that speaks ISO 8583:1987 over TCP. It cannot be asked what became of a request: an authorisation without
/// an answer is reversed, and an operation is sent again as a repeat. It never asks the cardholder for anything.
/// </summary>
sealed class Iso8583Acquirer : IAcquirer, IAsyncDisposable
{
    readonly string account;
    readonly IsoLinks links;
    readonly LateAnswers late;

    public Iso8583Acquirer(
        AcquirerProfile profile, AcquirerSettings settings, KeepNotice keep, TimeProvider time, ILogger log)
    {
        var name = profile.Name.Value;
        Profile = profile with { FindsOutBy = FindOutBy.Reversing, OperationsNameTheCard = true };
        account = Iso8583Requests.Account(name, settings.MerchantAccount);
        late = new LateAnswers(profile.Name, keep, log);
        links = new IsoLinks(
            IsoEndpoint.Read(name, settings.Endpoint!), IsoEndpoint.Dialect(name, settings.Dialect), account, late.Hear, time, log);
    }

    /// <inheritdoc/>
    public AcquirerProfile Profile { get; }

    /// <inheritdoc/>
    public async Task<AttemptOutcome> AuthorizeAsync(AuthorizationCall call, CancellationToken cancellation)
    {
        var about = new Awaited(call.Attempt, call.Payment, call.Amount);
        return await links.AskAsync(Iso8583Requests.Authorisation(call, account), about, call.Within, cancellation) switch
        {
            IsoReply.Answered answered => Iso8583Answers.Authorisation(answered.Message, call.Amount),
            IsoReply.NotSent not => AttemptOutcome.NotSent(not.Why),
            IsoReply.Lost lost => new AttemptOutcome.Unknown(lost.Evidence),
            _ => throw new UnreachableException(),
        };
    }

    /// <inheritdoc/>
    public Task<AttemptOutcome?> CompleteAsync(CompletionCall call, CancellationToken cancellation) =>
        Task.FromResult<AttemptOutcome?>(null);

    /// <inheritdoc/>
    public async Task<OperationOutcome> PerformAsync(OperationCall call, CancellationToken cancellation) =>
        await links.AskAsync(Iso8583Requests.Operation(call, account), about: null, call.Within, cancellation) switch
        {
            IsoReply.Answered answered => Iso8583Answers.Operation(answered.Message, call.Amount),
            IsoReply.NotSent not => new OperationOutcome.Unknown(not.Why),
            IsoReply.Lost lost => new OperationOutcome.Unknown(lost.Evidence),
            _ => throw new UnreachableException(),
        };

    /// <inheritdoc/>
    public async Task<ReversalOutcome> ReverseAsync(ReversalCall call, CancellationToken cancellation) =>
        await links.AskAsync(Iso8583Requests.Reversal(call, account), about: null, call.Within, cancellation) switch
        {
            IsoReply.Answered answered => Iso8583Answers.Reversal(answered.Message),
            IsoReply.NotSent not => new ReversalOutcome.Unknown(not.Why),
            IsoReply.Lost lost => new ReversalOutcome.Unknown(lost.Evidence),
            _ => throw new UnreachableException(),
        };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await links.DisposeAsync();
        await late.DisposeAsync();
    }
}
