using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.DependencyInjection;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>
/// The files themselves: as they arrive in the inbox, as they are kept for good, and their lines on the way to the
/// shards.
/// </summary>
public sealed class SettlementBlobs(
    BlobServiceClient blobs, [FromKeyedServices(Connections.Drops)] BlobServiceClient drops)
{
    /// <summary>Where acquirers drop their files, as {acquirer}/{name}.</summary>
    public const string Inbox = "settlement-inbox";

    const string Kept = "settlement-files";
    const int PieceBytes = 4 * 1024 * 1024;
    const int PiecesAtOnce = 2;
    const int LineBufferBytes = 128 * 1024;

    static readonly StorageTransferOptions InPieces = new()
    {
        InitialTransferSize = PieceBytes,
        MaximumTransferSize = PieceBytes,
        MaximumConcurrency = PiecesAtOnce,
    };

    /// <summary>A file as it lies in the inbox.</summary>
    internal BlobClient Arrived(AcquirerName acquirer, string name) =>
        drops.GetBlobContainerClient(Inbox).GetBlobClient($"{acquirer}/{name}");

    /// <summary>Asks for the inbox, which fails where storage does not answer or has none.</summary>
    internal Task FindInboxAsync(CancellationToken cancellation) =>
        drops.GetBlobContainerClient(Inbox).GetPropertiesAsync(cancellationToken: cancellation);

    /// <summary>
    /// Writes a new blob from a stream; false where there is one of that name already, which stays as it is.
    /// </summary>
    internal static async Task<bool> TryWriteAsync(BlobClient blob, Stream content, CancellationToken cancellation)
    {
        var options = new BlobUploadOptions
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            TransferOptions = InPieces,
        };
        try
        {
            await blob.UploadAsync(content, options, cancellation);
            return true;
        }
        catch (RequestFailedException fault) when (fault.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            return false;
        }
    }

    /// <summary>
    /// The content of a blob as of that version; it fails where the blob has changed since.
    /// </summary>
    internal static Task<Stream> OpenAsync(BlobClient blob, ETag? version, CancellationToken cancellation) =>
        blob.OpenReadAsync(
            new BlobOpenReadOptions(allowModifications: false)
            {
                BufferSize = PieceBytes,
                Conditions = version is null ? null : new BlobRequestConditions { IfMatch = version },
            },
            cancellation);

    /// <summary>What a blob as of that version is, in one pass.</summary>
    /// <exception cref="FileTooLarge">It has more bytes than that.</exception>
    internal static async Task<FileContent> HashAsync(
        BlobClient blob, ETag? version, long mostBytes, CancellationToken cancellation)
    {
        await using var content = await OpenAsync(blob, version, cancellation);
        await using var hashed = new HashedStream(content, mostBytes);
        await hashed.DrainAsync(cancellation);
        return new(hashed.Hash, hashed.Bytes);
    }

    /// <summary>Keeps a blob as of that version under another name; one that is there already stays.</summary>
    /// <exception cref="InvariantBroken">What was kept is not what that hash is of.</exception>
    internal static async Task KeepAsync(
        BlobClient blob, ETag version, BlobClient copy, string hash, long mostBytes, CancellationToken cancellation)
    {
        await using var content = await OpenAsync(blob, version, cancellation);
        await using var hashed = new HashedStream(content, mostBytes);
        var isNew = await TryWriteAsync(copy, hashed, cancellation);
        if (isNew && hashed.Hash != hash) throw new InvariantBroken($"The copy {copy.Name} is not what arrived.");
    }

    /// <summary>The copy that is kept for good and never changes.</summary>
    internal BlobClient Copy(FileId file) => blobs.GetBlobContainerClient(Kept).GetBlobClient(file.Value);

    /// <summary>Lines of a group of shards, to be written anew.</summary>
    internal Task<Stream> WriteLinesAsync(FileId file, int group, CancellationToken cancellation) =>
        LinesOf(file, group).OpenWriteAsync(
            overwrite: true, new BlockBlobOpenWriteOptions { BufferSize = LineBufferBytes }, cancellation);

    /// <summary>Lines of a group of shards; null where the file has none there.</summary>
    internal async Task<Stream?> ReadLinesAsync(FileId file, int group, CancellationToken cancellation)
    {
        try
        {
            return await LinesOf(file, group).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false), cancellation);
        }
        catch (RequestFailedException fault) when (fault.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }

    /// <summary>Removes the lines of a group of shards, where there are any.</summary>
    internal Task RemoveLinesAsync(FileId file, int group, CancellationToken cancellation) =>
        LinesOf(file, group).DeleteIfExistsAsync(cancellationToken: cancellation);

    BlockBlobClient LinesOf(FileId file, int group) =>
        blobs.GetBlobContainerClient(Kept).GetBlockBlobClient($"shards/{file}/{group}.packed");
}
