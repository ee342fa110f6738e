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
public sealed record ShardGroupMessage(FileId File, int Group);

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
        var (id, group) = message.Body.ToObjectFromJson<ShardGroupMessage>(Json.Storage)!;
        var cancellation = context.CancellationToken;
        var file = await files.LoadAsync(id, cancellation);
        // Everything about this file is written and told: there is nobody left to tell again.
        if (file.IsConcluded) return;
        if (await results.FindAsync(id, group, cancellation) is null) await JoinAsync(file, group, cancellation);
        // Whether or not the result was saved just now: a crash may have come between that and this.
        await ledger.SendAsync([new(LedgerSource.SettlementGroup, id.Value, ShardResult.IdOf(group))], cancellation);
        await durable.RaiseEventAsync(id.Value, ReconcileSettlementFile.Done(group), group, cancellation);
    }

    async Task JoinAsync(SettlementFile file, int group, CancellationToken cancellation)
    {
        var outcome = await desk.JoinAsync(file, group, cancellation);
        // Before the result is saved: cut short in between, they are told again, and are the same.
        await notices.KeepAsync(outcome.Discrepancies.Select(SettledOperations.NoticeOf).OfType<AcquirerNotice>(), cancellation);
        await results.SaveAsync(file.File, group, outcome, cancellation);
        // After the result: a crash here loses a little knowledge of fees, and never counts any twice.
        await statistics.CountFeesAsync(file.Acquirer, SeenFees.In(outcome, time.GetUtcNow()), cancellation);
        Joined(file.File, group, outcome.Counts);
    }

    /// <summary>A message for a group; sent again in the same round, it is the same message.</summary>
    internal static ServiceBusMessage Message(FileId file, int group, int round) =>
        new(JsonSerializer.SerializeToUtf8Bytes(new ShardGroupMessage(file, group), Json.Storage))
        {
            MessageId = $"{file}:{group}:{round}",
            Subject = nameof(ReconcileShard),
            ContentType = "application/json",
        };

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} shards {Group}: {Counts}")]
    partial void Joined(FileId file, int group, ShardCounts counts);
}
