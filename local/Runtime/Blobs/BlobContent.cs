using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Railyard.Local.Runtime.Functions;

namespace Railyard.Local.Runtime.Blobs;

/// <summary>The types that a blob can be bound to.</summary>
internal static class BlobContent
{
    public static Binding? BindingOf(Type type)
    {
        if (type == typeof(BlobClient)) return invocation => new(BlobOf(invocation));
        if (type == typeof(BlockBlobClient))
            return invocation => new(BlockOf(BlobOf(invocation)));
        if (type == typeof(Stream))
            return async invocation =>
                await BlobOf(invocation).OpenReadAsync(cancellationToken: invocation.CancellationToken);
        if (type == typeof(BinaryData)) return async invocation => await ReadAsync(invocation);
        if (type == typeof(byte[])) return async invocation => (await ReadAsync(invocation)).ToArray();
        if (type == typeof(string)) return async invocation => (await ReadAsync(invocation)).ToString();
        return null;
    }

    static BlobClient BlobOf(Invocation invocation) => invocation.Features.Get<BlobClient>()!;

    static BlockBlobClient BlockOf(BlobClient blob) =>
        blob.GetParentBlobContainerClient().GetBlockBlobClient(blob.Name);

    static async Task<BinaryData> ReadAsync(Invocation invocation) =>
        (await BlobOf(invocation).DownloadContentAsync(invocation.CancellationToken)).Value.Content;
}
