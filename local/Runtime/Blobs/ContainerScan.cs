using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Railyard.Local.Runtime.Blobs;

/// <summary>
/// Finds the blobs under one prefix that are new or changed. Storage can only list all names, but what was
/// modified before the last complete sweep began is not looked at again.
/// </summary>
internal sealed class ContainerScan(BlobContainerClient container, string prefix, BlobClient scanInfo)
{
    const int PageSize = 1000;
    const int MostListedInOnePoll = 10_000;
    const int MostRemembered = 20_000;

    // LastModified and the server's clock are given in whole seconds.
    static readonly TimeSpan ClockMargin = TimeSpan.FromSeconds(2);

    readonly Dictionary<(string Name, ETag Version), DateTimeOffset> remembered = [];
    DateTimeOffset? cursor;
    DateTimeOffset? sweepBegan;
    string? continuation;
    bool isIncomplete;
    bool isNews;

    /// <summary>
    /// Lists on from where the last poll stopped; <paramref name="offer"/> says whether a blob is dealt with.
    /// </summary>
    public async Task PollAsync(Func<BlobItem, Task<bool>> offer, CancellationToken cancellation)
    {
        cursor ??= await ReadCursorAsync(cancellation);
        var listed = 0;
        try
        {
            var blobs = container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellation);
            await foreach (var page in blobs.AsPages(continuation, PageSize))
            {
                sweepBegan ??= page.GetRawResponse().Headers.Date;
                foreach (var blob in page.Values) await OfferAsync(blob, offer);
                continuation = page.ContinuationToken is { Length: > 0 } more ? more : null;
                listed += page.Values.Count;
                if (continuation is not null && listed >= MostListedInOnePoll) return;
            }
        }
        catch (RequestFailedException fault) when (fault.Status == 404)
        {
            // The container is not there yet; its first blob will be as new as it.
            return;
        }
        await FinishSweepAsync(cancellation);
    }

    async Task OfferAsync(BlobItem blob, Func<BlobItem, Task<bool>> offer)
    {
        var modified = blob.Properties.LastModified ?? DateTimeOffset.MaxValue;
        var version = (blob.Name, blob.Properties.ETag ?? default);
        if (modified < cursor || remembered.ContainsKey(version)) return;
        if (!await offer(blob))
        {
            isIncomplete = true;
            return;
        }
        // Forgetting costs a look at each receipt, no more: those are what keeps a blob from being passed on
        // twice.
        if (remembered.Count >= MostRemembered) remembered.Clear();
        remembered[version] = modified;
        isNews = true;
    }

    async Task FinishSweepAsync(CancellationToken cancellation)
    {
        if (!isIncomplete && sweepBegan - ClockMargin is { } reached && reached > cursor)
        {
            cursor = reached;
            foreach (var old in remembered.Where(seen => seen.Value < cursor).ToArray())
                remembered.Remove(old.Key);
            if (isNews) await WriteCursorAsync(cancellation);
        }
        (continuation, sweepBegan, isIncomplete, isNews) = (null, null, false, false);
    }

    async Task<DateTimeOffset> ReadCursorAsync(CancellationToken cancellation)
    {
        if (!await scanInfo.ExistsAsync(cancellation)) return DateTimeOffset.MinValue;
        var content = await scanInfo.DownloadContentAsync(cancellation);
        return content.Value.Content.ToObjectFromJson<ScanInfo>()!.LatestScan;
    }

    async Task WriteCursorAsync(CancellationToken cancellation) =>
        await scanInfo.UploadAsync(
            BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(new ScanInfo(cursor!.Value))),
            overwrite: true, cancellation);

    sealed record ScanInfo(DateTimeOffset LatestScan);
}
