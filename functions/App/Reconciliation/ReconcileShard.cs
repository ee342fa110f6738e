using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.App.Settlement;
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
    SettlementFileStore files, ShardDesk desk, ShardResultStore results, ILogger<ReconcileShard> log)
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
        if (await results.FindAsync(id, group, cancellation) is null)
        {
            var file = await files.LoadAsync(id, cancellation);
            var outcome = await desk.JoinAsync(file, group, cancellation);
            await results.SaveAsync(id, group, outcome, cancellation);
            Joined(id, group, outcome.Counts);
        }
        await durable.RaiseEventAsync(id.Value, ReconcileSettlementFile.Done(group), group, cancellation);
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
