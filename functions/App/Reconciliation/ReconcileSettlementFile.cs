using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Railyard.App.Ledger;
using Railyard.App.Merchants.Payouts;
using Railyard.App.Routing;
using Railyard.App.Settlement;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>Takes a settlement file from its arrival to its report; its instance id is the file's.</summary>
public static class ReconcileSettlementFile
{
    const int MostRounds = 48;
    static readonly TimeSpan ShardsAnswerWithin = TimeSpan.FromMinutes(30);

    [Function(nameof(ReconcileSettlementFile))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var file = context.GetInput<FileId>();
        var groups = await context.CallActivityAsync<int?>(nameof(ParseSettlementFile), file, AuthorizePayment.UntilItWorks);
        if (groups is null) return;
        await JoinAll(context, file, groups.Value);
        await context.CallActivityAsync(nameof(ConcludeSettlementFile), file, AuthorizePayment.UntilItWorks);
        for (var group = 0; group < groups.Value; group++)
            await context.CallActivityAsync(nameof(RecordPayables), new PayablesOfGroup(file, group), AuthorizePayment.UntilItWorks);
    }

    /// <summary>The event that says that a group of shards is done.</summary>
    internal static string Done(int group) => $"shards-{group}";

    // A message that ended among the dead letters does not hold the file up for ever: whoever is missing is asked again.
    static async Task JoinAll(TaskOrchestrationContext context, FileId file, int groups)
    {
        var waits = Enumerable.Range(0, groups).Select(group => context.WaitForExternalEvent<int>(Done(group))).ToList();
        var all = Task.WhenAll(waits);
        for (var round = 0; round < MostRounds; round++)
        {
            var open = Enumerable.Range(0, groups).Where(group => !waits[group].IsCompleted).ToList();
            var send = new ShardsToSend(file, open, round);
            await context.CallActivityAsync(nameof(SendShards), send, AuthorizePayment.UntilItWorks);
            using var patience = new CancellationTokenSource();
            var late = context.CreateTimer(ShardsAnswerWithin, patience.Token);
            if (await Task.WhenAny(all, late) != all) continue;
            // Not CancelAsync: an orchestrator awaits nothing that the engine does not know of.
            patience.Cancel();
            return;
        }
        throw new TimeoutException($"Not all shards of {file} answered in {MostRounds} rounds.");
    }
}

/// <summary>Groups of a file's shards whose messages are to be sent, and for which time.</summary>
public sealed record ShardsToSend(FileId File, IReadOnlyList<int> Groups, int Round);

/// <summary>Sends a message for each group of shards.</summary>
public sealed class SendShards(ServiceBusClient bus)
{
    readonly ServiceBusSender sender = bus.CreateSender(ReconcileShard.Queue);

    [Function(nameof(SendShards))]
    public Task Run([ActivityTrigger] ShardsToSend shards, FunctionContext context) => sender.SendMessagesAsync(
        shards.Groups.Select(group => ReconcileShard.Message(shards.File, group, shards.Round)), context.CancellationToken);
}

/// <summary>Adds the shards up and writes the report.</summary>
public sealed partial class ConcludeSettlementFile(
    SettlementFileStore files, ShardResultStore results, DiscrepancyStore discrepancies, LedgerQueue ledger, ILogger<ConcludeSettlementFile> log)
{
    [Function(nameof(ConcludeSettlementFile))]
    public async Task Run([ActivityTrigger] FileId id, FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var file = await files.LoadAsync(id, cancellation);
        var counts = ShardCounts.None;
        for (var group = 0; group < file.Groups; group++)
            counts += (await results.FindAsync(id, group, cancellation))!.Counts;
        var report = FileReport.Conclude(file.Acquirer, id, file.Parsed!, counts);
        if (report.Control.Status == ControlStatus.Broken)
            await discrepancies.RecordAsync(
                Discrepancy.OfControl(new FileFacts(id, file.Acquirer, file.Parsed!.ClosedAt), report.Control), cancellation);
        await ledger.SendAsync([new(LedgerSource.SettlementFile, id.Value, SettlementFile.DocumentId)], cancellation);
        await files.ChangeAsync(
            id, found => found.Report is null ? found with { Report = report, Status = report.Status } : found, cancellation);
        Concluded(id, file.Acquirer, report.Status, counts);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} of {Acquirer}: {Status}, {Counts}")]
    partial void Concluded(FileId file, Core.Payments.AcquirerName acquirer, FileStatus status, ShardCounts counts);
}
