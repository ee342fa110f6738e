using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>How an export is written.</summary>
public enum ExportFormat { JsonLines, Csv }

/// <summary>Where exports lie.</summary>
public sealed class ExportBlobs(BlobServiceClient blobs)
{
    /// <summary>The container.</summary>
    public const string Container = "exports";

    const int BufferBytes = 1024 * 1024;

    /// <summary>The name of an export's blob.</summary>
    internal static string NameOf(FileId file, string export, ExportFormat format) =>
        $"{file}/{export}.{(format == ExportFormat.Csv ? "csv" : "jsonl")}";

    /// <summary>The blob, to be written anew. It is there once the stream is closed.</summary>
    internal Task<Stream> WriteAsync(string name, ExportFormat format, CancellationToken cancellation) =>
        blobs.GetBlobContainerClient(Container).GetBlockBlobClient(name).OpenWriteAsync(
            overwrite: true,
            new BlockBlobOpenWriteOptions
            {
                BufferSize = BufferBytes,
                HttpHeaders = new BlobHttpHeaders { ContentType = format == ExportFormat.Csv ? "text/csv; charset=utf-8" : "application/jsonl" },
            },
            cancellation);
}
