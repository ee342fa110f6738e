using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.App.Acquiring;
using Railyard.App.Payments;
using Railyard.App.Reconciliation;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>
/// Takes in a file that an acquirer has dropped: keeps a copy that nobody changes, registers it by its content, and
/// starts its reconciliation. The same content again, under whatever name, is the same file.
/// </summary>
public sealed partial class SettlementFileArrived(
    SettlementBlobs blobs,
    SettlementFileStore files,
    Acquirers acquirers,
    TimeProvider time,
    ILogger<SettlementFileArrived> log)
{
    /// <summary>A larger file is refused.</summary>
    internal const long MostBytes = 2L * 1024 * 1024 * 1024;

    [Function(nameof(SettlementFileArrived))]
    public async Task Run(
        [BlobTrigger(
            SettlementBlobs.Inbox + "/{acquirer}/{name}",
            Connection = Connections.Drops,
            Source = BlobTriggerSource.EventGrid)]
        BlobClient blob,
        string acquirer,
        string name,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var file = await RegisterAsync(new AcquirerName(acquirer), name, blob, cancellation);
        Registered(file.File, file.Acquirer, file.Bytes, file.Status);
        if (file.IsConcluded) return;
        await Orchestrations.StartOnceAsync(
            durable, nameof(ReconcileSettlementFile), ReconcileSettlementFile.InstanceOf(file.File, file.Run),
            new FileRun(file.File, file.Run), cancellation);
    }

    async Task<SettlementFile> RegisterAsync(
        AcquirerName acquirer, string name, BlobClient blob, CancellationToken cancellation)
    {
        var version = (await blob.GetPropertiesAsync(cancellationToken: cancellation)).Value.ETag;
        var content = await SettlementBlobs.HashAsync(blob, version, MostBytes, cancellation);
        var file = Received(acquirer, name, content, time.GetUtcNow());
        if (!acquirers.Knows(acquirer)) file = Refused(file);
        else await SettlementBlobs.KeepAsync(blob, version, blobs.Copy(file.File), file.ContentHash, MostBytes, cancellation);
        await files.RegisterAsync(file, cancellation);
        return await files.LoadAsync(file.File, cancellation);
    }

    /// <summary>A file as it is registered first.</summary>
    internal static SettlementFile Received(
        AcquirerName acquirer, string name, FileContent content, DateTimeOffset now) => new()
    {
        File = FileId.Of(acquirer, content.Hash),
        Acquirer = acquirer,
        Name = name,
        ContentHash = content.Hash,
        Bytes = content.Bytes,
        ReceivedAt = now,
        Status = FileStatus.Received,
    };

    static SettlementFile Refused(SettlementFile file) => file with
    {
        Status = FileStatus.Rejected,
        Rejection = new FileRejection(0, new Fault("acquirer", "a configured acquirer", file.Acquirer.Value)),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} of {Acquirer} has arrived with {Bytes} bytes: {Status}")]
    partial void Registered(FileId file, AcquirerName acquirer, long bytes, FileStatus status);
}
