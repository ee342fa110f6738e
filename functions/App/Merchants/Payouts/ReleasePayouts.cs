using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.App.Routing;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;

namespace Railyard.App.Merchants.Payouts;

/// <summary>
/// Sends the payouts of a run that was approved: first each is noted as sent in its message, then the messages are written
/// for the bank, from those notes. So a file holds nothing that we do not know to be in it, however often this is repeated.
/// </summary>
public static class ReleasePayouts
{
    const int PagesOfOneHistory = 100;

    [Function(nameof(ReleasePayouts))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var place = context.GetInput<RunPlace>()!;
        for (var page = 0; page < PagesOfOneHistory; page++)
        {
            var last = await context.CallActivityAsync<string?>(nameof(ReleasePageOfPayouts), place, AuthorizePayment.UntilItWorks);
            if (last is null)
            {
                await context.CallActivityAsync(nameof(WritePaymentFiles), place.Run, AuthorizePayment.UntilItWorks);
                return;
            }
            place = place with { After = last };
        }
        context.ContinueAsNew(place);
    }

    /// <summary>Begins it, unless it was ever begun.</summary>
    internal static Task StartAsync(DurableTaskClient durable, PayoutRunId run, CancellationToken cancellation) =>
        Orchestrations.StartOnceAsync(
            durable, nameof(ReleasePayouts), $"{run}-release", new RunPlace(run, "", IsSwept: true), cancellation);
}

/// <summary>Notes a page of payouts as sent. A merchant who has been put on hold since is left out.</summary>
public sealed class ReleasePageOfPayouts(PayoutRunStore runs, PayoutStore payouts, TermsStore terms, ExpectedAtBank expected)
{
    const int EntriesPerPage = 50;

    /// <summary>The last entry of the page, or null where there are no more.</summary>
    [Function(nameof(ReleasePageOfPayouts))]
    public async Task<string?> Run([ActivityTrigger] RunPlace place, FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var run = await runs.LoadAsync(place.Run, cancellation);
        var page = await runs.EntriesAsync(place.Run, place.After, EntriesPerPage, cancellation);
        var sent = new List<Payout>();
        foreach (var entry in page.Where(entry => entry.Outcome == RunOutcome.ToPay))
            if (await ReleaseAsync(run, entry, cancellation) is { } payout) sent.Add(payout);
        await expected.RecordAsync(sent, cancellation);
        return page.Count == EntriesPerPage ? page[^1].Place : null;
    }

    async Task<Payout?> ReleaseAsync(PayoutRun run, RunEntry entry, CancellationToken cancellation)
    {
        if ((await terms.LoadAsync(entry.Merchant, cancellation)).Terms.Hold is not null) return null;
        var message = run.Owner.Message(entry.Amount!.Value.Currency);
        var (payout, _) = await payouts.ChangeAsync(
            entry.Merchant, entry.Payout!.Value, found => found.Release(message, entry.Account!, run.ApprovedAt!.Value), cancellation);
        await payouts.PlaceAsync(payout ?? throw new InvariantBroken($"There is no payout {entry.Payout}."), cancellation);
        return payout;
    }
}

/// <summary>Writes a run's files into the outbox, each once.</summary>
public sealed partial class WritePaymentFiles(
    PayoutRunStore runs, PayoutStore payouts, PaymentOutbox outbox, DebtorAccounts debtors, ILogger<WritePaymentFiles> log)
{
    const int MostEntries = 100_000;
    const int ReadsAtOnce = 8;

    [Function(nameof(WritePaymentFiles))]
    public async Task Run([ActivityTrigger] PayoutRunId id, FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var run = await runs.LoadAsync(id, cancellation);
        var entries = await runs.EntriesAsync(id, "", MostEntries, cancellation);
        foreach (var total in run.Totals.Where(total => !total.IsWritten))
        {
            var written = await WriteAsync(run, total, entries, cancellation);
            await runs.ChangeAsync(
                id,
                found => found with { Totals = [.. found.Totals.Select(one => one.Currency == total.Currency ? written : one)] },
                cancellation);
        }
        await runs.ChangeAsync(id, found => found with { Status = PayoutRunStatus.Released }, cancellation);
    }

    async Task<RunTotal> WriteAsync(PayoutRun run, RunTotal total, List<RunEntry> entries, CancellationToken cancellation)
    {
        var orders = await OrdersAsync(total, entries, cancellation);
        var sum = orders.Aggregate(Money.Zero(total.Currency), (left, order) => left + order.Amount);
        if (orders.Count == 0) return total with { Payouts = 0, Amount = sum, IsWritten = true };
        await runs.PlaceAsync(run.Owner, total, cancellation);
        var approvedAt = run.ApprovedAt!.Value;
        var today = DateOnly.FromDateTime(approvedAt.UtcDateTime);
        var file = new PaymentFile(
            total.Message,
            approvedAt,
            debtors.Find(total.Currency) ?? throw new InvalidOperationException($"There is no account of ours in {total.Currency}."),
            total.Currency,
            run.Day > today ? run.Day : today,
            orders);
        var name = await outbox.WriteAsync(total.Currency, total.Message, file, cancellation);
        Written(run.Owner, name, orders.Count, sum);
        return total with { Payouts = orders.Count, Amount = sum, File = name, IsWritten = true };
    }

    async Task<List<PaymentOrder>> OrdersAsync(RunTotal total, List<RunEntry> entries, CancellationToken cancellation)
    {
        var wanted = entries.Where(entry => entry.Outcome == RunOutcome.ToPay && entry.Amount!.Value.Currency == total.Currency).ToList();
        var found = new PaymentOrder?[wanted.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, wanted.Count),
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellation },
            async (place, stop) =>
            {
                var payout = (await payouts.FindAsync(wanted[place].Merchant, wanted[place].Payout!.Value, stop))!.Payout;
                if (payout.Attempts.FirstOrDefault(attempt => attempt.Message == total.Message) is { } attempt)
                    found[place] = new PaymentOrder(attempt.EndToEndId, payout.Amount, attempt.Account, $"Payout {payout.Day:yyyy-MM-dd} {attempt.EndToEndId}");
            });
        return [.. found.OfType<PaymentOrder>()];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Run}: {File} tells the bank to pay {Payouts} payouts, {Sum} in all")]
    partial void Written(PayoutRunId run, string file, int payouts, Money sum);
}
