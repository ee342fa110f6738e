using System.Buffers;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>
/// Writes each line to its group of shards. Written again, the same file makes the same blobs.
/// </summary>
sealed class LinesByShard(SettlementBlobs blobs, FileId file, int groups) : IAsyncDisposable
{
    readonly Stream?[] streams = new Stream?[groups];
    readonly ArrayBufferWriter<byte> packed = new();

    /// <summary>Writes a line; its group's blob is begun with the first.</summary>
    public async ValueTask AddAsync(SettlementLine line, CancellationToken cancellation)
    {
        var group = ShardGroups.Of(ShardNumber.Of(line.AcquirerReference), groups);
        var stream = streams[group] ??= await blobs.WriteLinesAsync(file, group, cancellation);
        packed.ResetWrittenCount();
        PackedLine.Write(line, packed);
        await stream.WriteAsync(packed.WrittenMemory, cancellation);
    }

    /// <summary>Removes what an earlier run of the file had written to groups that have no lines now.</summary>
    public async Task RemoveOthersAsync(CancellationToken cancellation)
    {
        for (var group = 0; group < groups; group++)
            if (streams[group] is null) await blobs.RemoveLinesAsync(file, group, cancellation);
    }

    /// <summary>Closing a stream is what makes its blob.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var stream in streams)
            if (stream is not null) await stream.DisposeAsync();
    }
}
