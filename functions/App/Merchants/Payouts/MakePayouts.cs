using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.App.Routing;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;

namespace Railyard.App.Merchants.Payouts;

/// <summary>Where a run stands between two pages of merchants.</summary>
public sealed record RunPlace(PayoutRunId Run, string After, bool IsSwept);

/// <summary>Works out all merchants' payouts of a day, page by page; its instance id is the run's.</summary>
public static class MakePayouts
{
    const int PagesOfOneHistory = 100;

    [Function(nameof(MakePayouts))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var place = context.GetInput<RunPlace>()!;
        if (!place.IsSwept) await context.CallActivityAsync(nameof(SweepLateSettlements), place.Run, AuthorizePayment.UntilItWorks);
        for (var page = 0; page < PagesOfOneHistory; page++)
        {
            var last = await context.CallActivityAsync<string?>(nameof(MakePageOfPayouts), place, AuthorizePayment.UntilItWorks);
            if (last is null)
            {
                await context.CallActivityAsync(nameof(ClosePayoutRun), place.Run, AuthorizePayment.UntilItWorks);
                return;
            }
            place = place with { After = last, IsSwept = true };
        }
        context.ContinueAsNew(place);
    }

    /// <summary>Begins it, unless it was ever begun.</summary>
    internal static Task StartAsync(DurableTaskClient durable, PayoutRunId run, CancellationToken cancellation) =>
        Orchestrations.StartOnceAsync(durable, nameof(MakePayouts), run.Value, new RunPlace(run, "", IsSwept: false), cancellation);
}

/// <summary>Works out the payouts of a page of merchants; repeated, they are the same payouts.</summary>
public sealed partial class MakePageOfPayouts(
    PayoutRunStore runs, TermsStore terms, PayoutDesk desk, ILogger<MakePageOfPayouts> log)
{
    const int MerchantsPerPage = 25;

    /// <summary>The last merchant of the page, or null where there are no more.</summary>
    [Function(nameof(MakePageOfPayouts))]
    public async Task<string?> Run([ActivityTrigger] RunPlace place, FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var run = await runs.LoadAsync(place.Run, cancellation);
        var page = await terms.AfterAsync(place.After, MerchantsPerPage, cancellation);
        foreach (var (merchant, agreed) in page)
            foreach (var entry in await EntriesAsync(run, merchant, agreed, cancellation))
                await runs.AddAsync(entry, cancellation);
        Made(run.Owner, page.Count, place.After);
        return page.Count == MerchantsPerPage ? page[^1].Merchant.Value : null;
    }

    async Task<IReadOnlyList<RunEntry>> EntriesAsync(
        PayoutRun run, Core.Payments.MerchantId merchant, MerchantTerms agreed, CancellationToken cancellation)
    {
        if (agreed.Hold is { } why) return [RunEntry.Held(run.Owner, merchant, why)];
        var entries = new List<RunEntry>();
        foreach (var one in agreed.Currencies) entries.AddRange(await desk.MakeAsync(run.Owner, run.Day, merchant, one, cancellation));
        return entries;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Run}: the payouts of {Merchants} merchants after '{After}' are worked out")]
    partial void Made(PayoutRunId run, int merchants, string after);
}

/// <summary>Adds a run up, once all merchants are in; then nothing is added any more.</summary>
public sealed class ClosePayoutRun(PayoutRunStore runs)
{
    const int MostEntries = 100_000;

    [Function(nameof(ClosePayoutRun))]
    public async Task Run([ActivityTrigger] PayoutRunId id, FunctionContext context)
    {
        var entries = await runs.EntriesAsync(id, "", MostEntries + 1, context.CancellationToken);
        if (entries.Count > MostEntries) throw new InvalidOperationException($"{id} has more than {MostEntries} entries.");
        var totals = entries.Where(entry => entry.Outcome == RunOutcome.ToPay)
            .GroupBy(entry => entry.Amount!.Value.Currency)
            .OrderBy(currency => currency.Key.Code, StringComparer.Ordinal)
            .Select(currency => Total(id, currency.Key, [.. currency]))
            .ToList();
        await runs.ChangeAsync(
            id,
            run => run.Status != PayoutRunStatus.Collecting ? run : run with
            {
                Status = totals.Count > 0 ? PayoutRunStatus.AwaitingApproval : PayoutRunStatus.NothingToPay,
                Totals = totals,
                Carried = entries.Count(entry => entry.Outcome == RunOutcome.Carried),
                Held = entries.Count(entry => entry.Outcome == RunOutcome.Held),
            },
            context.CancellationToken);
    }

    static RunTotal Total(PayoutRunId run, Currency currency, List<RunEntry> entries) => new(
        currency,
        entries.Count,
        entries.Aggregate(Money.Zero(currency), (sum, entry) => sum + entry.Amount!.Value),
        run.Message(currency),
        File: null,
        IsWritten: false);
}

/// <summary>Every day's payouts, also of days on which nobody asks for them.</summary>
public sealed class MakePayoutsDaily(PayoutRunStore runs, TimeProvider time)
{
    /// <summary>Who has created the runs of the timer.</summary>
    internal const string Timer = "timer";

    // Before banks take the day's orders, and after the night's settlement files.
    const string AtFive = "0 0 5 * * *";

    [Function(nameof(MakePayoutsDaily))]
    public async Task Run([TimerTrigger(AtFive)] TimerInfo timer, [DurableClient] DurableTaskClient durable, FunctionContext context)
    {
        var now = time.GetUtcNow();
        var run = await runs.CreateAsync(DateOnly.FromDateTime(now.UtcDateTime), Timer, now, context.CancellationToken);
        await MakePayouts.StartAsync(durable, run.Owner, context.CancellationToken);
    }
}
