using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.App.Reconciliation.Bank;
using Railyard.Core;
using Railyard.Core.Reconciliation;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;

namespace Railyard.App.Settlement.Bank;

/// <summary>
/// Takes in a file of bank statements: keeps a copy that nobody changes, registers it by its content, and starts its
/// reconciliation. The same content again, under whatever name, is the same file.
/// </summary>
public sealed partial class BankStatementArrived(
    StatementBlobs blobs,
    BankStatementStore files,
    BankAccounts accounts,
    TimeProvider time,
    ILogger<BankStatementArrived> log)
{
    // What is dropped into the inbox is hashed up to here, so that it can be registered and refused.
    const long MostHashedBytes = 2L * 1024 * 1024 * 1024;

    [Function(nameof(BankStatementArrived))]
    public async Task Run(
        [BlobTrigger(
            StatementBlobs.Inbox + "/{account}/{name}",
            Connection = Connections.Drops,
            Source = BlobTriggerSource.EventGrid)]
        BlobClient blob,
        string account,
        string name,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var file = await RegisterAsync(new BankAccountName(account), name, blob, cancellation);
        Registered(file.File, file.Account, file.Bytes, file.Status);
        if (file.IsConcluded) return;
        await Orchestrations.StartOnceAsync(
            durable, nameof(ReconcileBankStatement), file.File.Value, file.File, cancellation);
    }

    async Task<BankStatementFile> RegisterAsync(
        BankAccountName account, string name, BlobClient blob, CancellationToken cancellation)
    {
        var version = (await blob.GetPropertiesAsync(cancellationToken: cancellation)).Value.ETag;
        var content = await SettlementBlobs.HashAsync(blob, version, MostHashedBytes, cancellation);
        var file = BankStatementFile.Received(account, name, content, time.GetUtcNow());
        if (!accounts.Knows(account)) file = Refused(file, new("account", "a configured bank account", account.Value));
        else if (file.Bytes > StatementReader.MostBytes) file = Refused(file, new("file", $"at most {StatementReader.MostBytes} bytes", $"{file.Bytes}"));
        else await SettlementBlobs.KeepAsync(blob, version, blobs.Copy(file.File), file.ContentHash, StatementReader.MostBytes, cancellation);
        await files.RegisterAsync(file, cancellation);
        return await files.LoadAsync(file.File, cancellation);
    }

    static BankStatementFile Refused(BankStatementFile file, Fault fault) => file with
    {
        Status = FileStatus.Rejected,
        Rejection = new StatementRejection(0, fault),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} for {Account} has arrived with {Bytes} bytes: {Status}")]
    partial void Registered(FileId file, BankAccountName account, long bytes, FileStatus status);
}
