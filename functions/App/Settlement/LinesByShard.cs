using System.Buffers;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>
/// Writes each line to its group of shards. Written again, the same file makes the same blobs.
/// </summary>
sealed class LinesByShard(SettlementBlobs blobs, FileId file, int groups) : IAsyncDisposable
{
    // A group's lines are written to its blob when there are so many of them.
    const int WorthWritingBytes = 16 * 1024;

    readonly Stream?[] streams = new Stream?[groups];
    readonly ArrayBufferWriter<byte>[] waiting = [.. Enumerable.Range(0, groups).Select(_ => new ArrayBufferWriter<byte>())];

    /// <summary>Takes a line; it is written by one of the next two.</summary>
    public void Add(in LineFields line) =>
        PackedLine.Write(line, waiting[ShardGroups.Of(ShardNumber.Of(line.AcquirerReference), groups)]);

    /// <summary>Writes what is worth it.</summary>
    public ValueTask WriteAsync(CancellationToken cancellation) => WriteAsync(WorthWritingBytes, cancellation);

    /// <summary>Writes the rest, and removes what an earlier run of the file had written to groups that have no lines now.</summary>
    public async Task FinishAsync(bool hasEarlierRun, CancellationToken cancellation)
    {
        await WriteAsync(1, cancellation);
        if (!hasEarlierRun) return;
        for (var group = 0; group < groups; group++)
            if (streams[group] is null) await blobs.RemoveLinesAsync(file, group, cancellation);
    }

    /// <summary>Closing a stream is what makes its blob.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var stream in streams)
            if (stream is not null) await stream.DisposeAsync();
    }

    async ValueTask WriteAsync(int fewestBytes, CancellationToken cancellation)
    {
        for (var group = 0; group < groups; group++)
        {
            if (waiting[group].WrittenCount < fewestBytes) continue;
            var stream = streams[group] ??= await blobs.WriteLinesAsync(file, group, cancellation);
            await stream.WriteAsync(waiting[group].WrittenMemory, cancellation);
            waiting[group].ResetWrittenCount();
        }
    }
}
