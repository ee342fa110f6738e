using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Railyard.App.Routing;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>How far a rewrap has come: how many cards left each old version, and how many could not.</summary>
/// <param name="Version">The version they are under now.</param>
/// <param name="IsComplete">Whether, at the end, no card was under another version.</param>
public sealed record RewrapProgress(
    string? Version, IReadOnlyDictionary<string, int> RewrappedByVersion, int Failed, bool IsComplete)
{
    /// <summary>Nothing done yet.</summary>
    public static readonly RewrapProgress None = new(null, new Dictionary<string, int>(), 0, IsComplete: false);

    internal RewrapProgress After(RewrapPage page) => new(
        page.Version,
        RewrappedByVersion.Concat(page.RewrappedByVersion)
            .GroupBy(one => one.Key, one => one.Value)
            .ToDictionary(version => version.Key, version => version.Sum()),
        Failed + page.Failed,
        page.IsComplete);
}

/// <summary>Where a rewrap stands between two runs of its orchestration.</summary>
public sealed record RewrapState(string? Continuation, RewrapProgress Progress);

/// <summary>What came of one page of cards.</summary>
public sealed record RewrapPage(
    string Version, IReadOnlyDictionary<string, int> RewrappedByVersion, int Failed, string? Continuation, bool IsComplete);

/// <summary>
/// After a new version of the wrapping key: puts every card of the vault under it, page by page. Repeated or doubled, it
/// finds less to do.
/// </summary>
public sealed partial class RewrapCards(CardVault vault, IWrappingKeys keys, ILogger<RewrapCards> log)
{
    internal const int CardsPerPage = 50;

    // Then it begins anew, or its history would have no end.
    const int PagesPerRun = 100;

    [Function(nameof(RewrapCards))]
    public static async Task<RewrapProgress> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var state = context.GetInput<RewrapState>()!;
        for (var number = 0; number < PagesPerRun; number++)
        {
            var page = await context.CallActivityAsync<RewrapPage>(
                nameof(RewrapPageOfCards), state.Continuation ?? "", AuthorizePayment.UntilItWorks);
            state = new RewrapState(page.Continuation, state.Progress.After(page));
            context.SetCustomStatus(state.Progress);
            if (page.Continuation is null) return state.Progress;
        }
        context.ContinueAsNew(state);
        return state.Progress;
    }

    /// <summary>One page: a card that cannot be wrapped anew is counted and left, and does not stop the others.</summary>
    [Function(nameof(RewrapPageOfCards))]
    public async Task<RewrapPage> RewrapPageOfCards([ActivityTrigger] string continuation, FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var current = await keys.CurrentAsync(cancellation);
        var from = continuation.Length == 0 ? null : continuation;
        var (tokens, next) = await vault.NotUnderAsync(current.Version, CardsPerPage, from, cancellation);
        var rewrapped = new Dictionary<string, int>();
        var failed = 0;
        foreach (var token in tokens)
        {
            var (isDone, version) = await TryRewrapAsync(token, cancellation);
            if (!isDone) failed++;
            else if (version is not null) rewrapped[version] = rewrapped.GetValueOrDefault(version) + 1;
        }
        var isComplete = next is null && (await vault.NotUnderAsync(current.Version, 1, null, cancellation)).Tokens.Count == 0;
        return new RewrapPage(current.Version, rewrapped, failed, next, isComplete);
    }

    async Task<(bool IsDone, string? Version)> TryRewrapAsync(TokenId token, CancellationToken cancellation)
    {
        try
        {
            return (true, await vault.RewrapAsync(token, cancellation));
        }
        catch (Exception fault) when (fault is KeyNotFoundException or System.Security.Cryptography.CryptographicException)
        {
            NotRewrapped(token, fault);
            return (false, null);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Token} could not be put under the new key")]
    partial void NotRewrapped(TokenId token, Exception fault);
}
