using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Railyard.Local.Runtime.Blobs;

/// <summary>
/// One small blob for each version of a blob and each function: it has been passed on to that function.
/// </summary>
internal sealed class BlobReceipts(BlobContainerClient hosts, string hostId)
{
    const string Completed = "Completed";
    static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Passes the blob on unless that has been done already. False where a crash left the receipt leased: ask
    /// again.
    /// </summary>
    public async Task<bool> PassOnOnceAsync(
        BlobArrival arrival, Func<BlobArrival, Task> passOn, CancellationToken cancellation)
    {
        var receipt = hosts.GetBlobClient(
            $"blobreceipts/{hostId}/{arrival.FunctionId}/{arrival.ETag}/" +
            $"{arrival.ContainerName}/{arrival.BlobName}");
        if (await IsCompletedAsync(receipt, cancellation)) return true;

        var lease = receipt.GetBlobLeaseClient();
        try
        {
            await lease.AcquireAsync(LeaseDuration, cancellationToken: cancellation);
        }
        catch (RequestFailedException fault) when (fault.Status == 409)
        {
            return false;
        }
        await passOn(arrival);
        await receipt.SetMetadataAsync(
            new Dictionary<string, string> { [Completed] = "true" },
            new BlobRequestConditions { LeaseId = lease.LeaseId }, cancellation);
        await lease.ReleaseAsync(cancellationToken: cancellation);
        return true;
    }

    static async Task<bool> IsCompletedAsync(BlobClient receipt, CancellationToken cancellation)
    {
        try
        {
            var onlyNew =
                new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            await receipt.UploadAsync(BinaryData.Empty, onlyNew, cancellation);
            return false;
        }
        catch (RequestFailedException fault) when (fault.Status is 409 or 412)
        {
            var properties = await receipt.GetPropertiesAsync(cancellationToken: cancellation);
            return properties.Value.Metadata.ContainsKey(Completed);
        }
    }
}
