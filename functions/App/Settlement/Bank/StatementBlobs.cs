using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement.Bank;

/// <summary>The files of bank statements: as they arrive in the inbox, and as they are kept for good.</summary>
public sealed class StatementBlobs(
    BlobServiceClient blobs, [FromKeyedServices(Connections.Drops)] BlobServiceClient drops)
{
    /// <summary>Where banks drop their files, as {account}/{name}.</summary>
    public const string Inbox = "statement-inbox";

    const string Kept = "settlement-files";

    /// <summary>A file as it lies in the inbox.</summary>
    internal BlobClient Arrived(BankAccountName account, string name) =>
        drops.GetBlobContainerClient(Inbox).GetBlobClient($"{account}/{name}");

    /// <summary>The copy that is kept for good and never changes.</summary>
    internal BlobClient Copy(FileId file) => blobs.GetBlobContainerClient(Kept).GetBlobClient($"statements/{file}");
}
