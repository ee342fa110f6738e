using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Railyard.App.Ledger;
using Railyard.App.Merchants.Payouts;
using Railyard.App.Reconciliation.Bank;
using Railyard.App.Routing;
using Railyard.App.Settlement;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>
/// Takes a settlement file from its arrival to its report. The instance id of its first run is the file's; each later one
/// has its own.
/// </summary>
public static class ReconcileSettlementFile
{
    const int MostRounds = 48;
    static readonly TimeSpan ShardsAnswerWithin = TimeSpan.FromMinutes(30);

    [Function(nameof(ReconcileSettlementFile))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = context.GetInput<FileRun>()!;
        var groups = await context.CallActivityAsync<int?>(nameof(ParseSettlementFile), run, AuthorizePayment.UntilItWorks);
        if (groups is null) return;
        await JoinAll(context, run, groups.Value);
        await context.CallActivityAsync(nameof(ConcludeSettlementFile), run.File, AuthorizePayment.UntilItWorks);
        await context.CallActivityAsync(nameof(ExpectPayouts), run.File, AuthorizePayment.UntilItWorks);
        for (var group = 0; group < groups.Value; group++)
            await context.CallActivityAsync(nameof(RecordPayables), new PayablesOfGroup(run.File, group), AuthorizePayment.UntilItWorks);
    }

    /// <summary>The instance that reads a file for the nth time.</summary>
    internal static string InstanceOf(FileId file, int run) => run == SettlementFile.FirstRun ? file.Value : $"{file}-run-{run}";

    /// <summary>The event that says that a group of shards is done.</summary>
    internal static string Done(int group) => $"shards-{group}";

    // A message that ended among the dead letters does not hold the file up for ever: whoever is missing is asked again.
    static async Task JoinAll(TaskOrchestrationContext context, FileRun run, int groups)
    {
        var waits = Enumerable.Range(0, groups).Select(group => context.WaitForExternalEvent<int>(Done(group))).ToList();
        var all = Task.WhenAll(waits);
        for (var round = 0; round < MostRounds; round++)
        {
            var open = Enumerable.Range(0, groups).Where(group => !waits[group].IsCompleted).ToList();
            var send = new ShardsToSend(run.File, open, round, run.Run);
            await context.CallActivityAsync(nameof(SendShards), send, AuthorizePayment.UntilItWorks);
            using var patience = new CancellationTokenSource();
            var late = context.CreateTimer(ShardsAnswerWithin, patience.Token);
            if (await Task.WhenAny(all, late) != all) continue;
            // Not CancelAsync: an orchestrator awaits nothing that the engine does not know of.
            patience.Cancel();
            return;
        }
        throw new TimeoutException($"Not all shards of {run.File} answered in {MostRounds} rounds.");
    }
}

/// <summary>Groups of a file's shards whose messages are to be sent, and for which time.</summary>
public sealed record ShardsToSend(FileId File, IReadOnlyList<int> Groups, int Round, int Run);

/// <summary>Sends a message for each group of shards.</summary>
public sealed class SendShards(ServiceBusClient bus)
{
    readonly ServiceBusSender sender = bus.CreateSender(ReconcileShard.Queue);

    [Function(nameof(SendShards))]
    public Task Run([ActivityTrigger] ShardsToSend shards, FunctionContext context) => sender.SendMessagesAsync(
        shards.Groups.Select(group => ReconcileShard.Message(shards.File, group, shards.Round, shards.Run)), context.CancellationToken);
}

/// <summary>Adds the shards up and writes the report.</summary>
public sealed partial class ConcludeSettlementFile(
    SettlementFileStore files, ShardResultStore results, EarlierRuns earlier, LedgerQueue ledger, ILogger<ConcludeSettlementFile> log)
{
    [Function(nameof(ConcludeSettlementFile))]
    public async Task Run([ActivityTrigger] FileId id, FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var file = await files.LoadAsync(id, cancellation);
        var counts = ShardCounts.None;
        for (var group = 0; group < file.Groups; group++)
            counts += (await results.FindAsync(id, group, file.Run, cancellation))!.Counts;
        var report = FileReport.Conclude(file.Acquirer, id, file.Parsed!, counts);
        var control = Discrepancy.OfControl(new FileFacts(id, file.Acquirer, file.Parsed!.ClosedAt), report.Control);
        await earlier.RestateControlAsync(file, control, report.Control.Status == ControlStatus.Broken, cancellation);
        await ledger.SendAsync([LedgerCause.Of(LedgerSource.SettlementFile, id.Value, SettlementFile.DocumentId, file.Run)], cancellation);
        await files.ChangeAsync(
            id, found => found.Report is null ? found with { Report = report, Status = report.Status } : found, cancellation);
        Concluded(id, file.Acquirer, report.Status, counts);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} of {Acquirer}: {Status}, {Counts}")]
    partial void Concluded(FileId file, Core.Payments.AcquirerName acquirer, FileStatus status, ShardCounts counts);
}
