using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.App.Acquiring;
using Railyard.App.Ledger;
using Railyard.App.Routing;
using Railyard.App.Settlement;
using Railyard.Core.Acquiring;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>A group of a file's shards that is to be joined.</summary>
public sealed record ShardGroupMessage(FileId File, int Group, int Run);

/// <summary>
/// Joins the lines of a group of shards with what is expected there, writes what came of it, and tells the file's
/// orchestration. Delivered again, it finds the group done and tells it again.
/// </summary>
public sealed partial class ReconcileShard(
    SettlementFileStore files,
    ShardDesk desk,
    ShardResultStore results,
    NoticeQueue notices,
    RoutingStatistics statistics,
    LedgerQueue ledger,
    EarlierRuns earlier,
    TimeProvider time,
    ILogger<ReconcileShard> log)
{
    /// <summary>The queue.</summary>
    public const string Queue = "settlement-shards";

    [Function(nameof(ReconcileShard))]
    public async Task Run(
        [ServiceBusTrigger(Queue, Connection = "ServiceBus")] ServiceBusReceivedMessage message,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var (id, group, run) = message.Body.ToObjectFromJson<ShardGroupMessage>(Json.Storage)!;
        var cancellation = context.CancellationToken;
        var file = await files.LoadAsync(id, cancellation);
        // Everything about this run is written and told: there is nobody left to tell again.
        if (file.IsConcluded || file.Run != run) return;
        if (await results.FindAsync(id, group, run, cancellation) is null) await JoinAsync(file, group, cancellation);
        // Whether or not the result was saved just now: a crash may have come between that and this.
        await ledger.SendAsync([LedgerCause.Of(LedgerSource.SettlementGroup, id.Value, ShardResult.IdOf(group), run)], cancellation);
        if (run > SettlementFile.FirstRun) await ledger.SendAsync(await earlier.CausesAsync(file, group, cancellation), cancellation);
        await durable.RaiseEventAsync(ReconcileSettlementFile.InstanceOf(id, run), ReconcileSettlementFile.Done(group), group, cancellation);
    }

    async Task JoinAsync(SettlementFile file, int group, CancellationToken cancellation)
    {
        var joined = await desk.JoinAsync(file, group, cancellation);
        var outcome = joined.Outcome;
        // Before the result is saved: cut short in between, they are told again, and are the same.
        await notices.KeepAsync(outcome.Discrepancies.Select(SettledOperations.NoticeOf).OfType<AcquirerNotice>(), cancellation);
        await results.SaveAsync(file, group, joined, cancellation);
        // After the result: a crash here loses a little knowledge of fees, and never counts any twice.
        await statistics.CountFeesAsync(file.Acquirer, SeenFees.In(outcome, time.GetUtcNow()), cancellation);
        Joined(file.File, group, outcome.Counts);
    }

    /// <summary>A message for a group; sent again in the same round, it is the same message.</summary>
    internal static ServiceBusMessage Message(FileId file, int group, int round, int run = SettlementFile.FirstRun) =>
        new(JsonSerializer.SerializeToUtf8Bytes(new ShardGroupMessage(file, group, run), Json.Storage))
        {
            MessageId = $"{file}:{run}:{group}:{round}",
            Subject = nameof(ReconcileShard),
            ContentType = "application/json",
        };

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} shards {Group}: {Counts}")]
    partial void Joined(FileId file, int group, ShardCounts counts);
}
