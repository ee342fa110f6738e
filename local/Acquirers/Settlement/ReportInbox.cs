using System.Text;
using Azure;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Railyard.Local.Acquirers.Settlement;

/// <summary>Puts a file where its receiver looks for it; doing so again changes nothing.</summary>
delegate Task DeliverReport(string folder, string fileName, string content, CancellationToken cancellation);

/// <summary>The blob container into which acquirers drop their settlement reports, or the bank its statements.</summary>
sealed class ReportInbox
{
    public const string Settlement = "settlement-inbox";
    public const string Statements = "statement-inbox";

    const int MostRetries = 2;
    static readonly TimeSpan OneTry = TimeSpan.FromSeconds(15);

    static readonly TimeSpan PatienceAtStart = TimeSpan.FromSeconds(20);

    readonly BlobContainerClient container;
    readonly AcquirersOptions acquirers;

    public ReportInbox(AcquirersOptions acquirers, string inbox)
    {
        this.acquirers = acquirers;
        var options = new BlobClientOptions();
        options.Retry.MaxRetries = MostRetries;
        options.Retry.NetworkTimeout = OneTry;
        options.Retry.Mode = RetryMode.Fixed;
        container = new BlobContainerClient(acquirers.BlobConnectionString, inbox, options);
    }

    public async Task DeliverAsync(
        string folder, string fileName, string content, CancellationToken cancellation)
    {
        await StartedAsync(acquirers, cancellation);
        await container.CreateIfNotExistsAsync(cancellationToken: cancellation);
        var blob = container.GetBlobClient($"{folder}/{fileName}");
        try
        {
            await blob.UploadAsync(BinaryData.FromString(content), OnlyWhereAbsent(), cancellation);
        }
        catch (RequestFailedException fault) when (fault.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            await RequireSameAsync(blob, content, cancellation);
        }
    }

    /// <summary>Waits until the blobs can be used.</summary>
    /// <exception cref="InboxNotStarted">They take longer.</exception>
    internal static async Task StartedAsync(AcquirersOptions acquirers, CancellationToken cancellation)
    {
        try
        {
            await acquirers.BlobsStarted.WaitAsync(PatienceAtStart, TimeProvider.System, cancellation);
        }
        catch (TimeoutException fault)
        {
            throw new InboxNotStarted(fault);
        }
    }

    static BlobUploadOptions OnlyWhereAbsent() => new()
    {
        Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
        HttpHeaders = new BlobHttpHeaders { ContentType = "text/csv; charset=utf-8" },
    };

    // A crash after the upload leaves the same file; any other file under this name belongs to another book.
    static async Task RequireSameAsync(BlobClient blob, string content, CancellationToken cancellation)
    {
        var there = await blob.DownloadContentAsync(cancellation);
        if (there.Value.Content.ToMemory().Span.SequenceEqual(Encoding.UTF8.GetBytes(content))) return;
        throw new ReportRefused(
            $"{blob.BlobContainerName}/{blob.Name} already holds another report: " +
            "the blobs are older than the acquirer's book.");
    }
}

/// <summary>The inbox already holds another file of that name.</summary>
sealed class ReportRefused(string message) : Exception(message);

/// <summary>The blobs still start; the report is safe in the book, and asking again delivers it.</summary>
sealed class InboxNotStarted(Exception cause) : Exception("Blob storage has not started yet; ask again.", cause);
