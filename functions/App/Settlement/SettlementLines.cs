using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>
/// Lines of a settlement file as streams: read from the file, written for the shards, read back.
/// </summary>
static class SettlementLines
{
    const int BufferBytes = 4 * SettlementReader.SmallestBufferBytes;

    static readonly byte[] LineEnd = "\n"u8.ToArray();

    /// <summary>Everything that the file says, in its order, in a buffer that does not grow.</summary>
    public static async IAsyncEnumerable<ReadOutcome> ReadFileAsync(
        SettlementReader reader, Stream content, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var rented = MemoryPool<byte>.Shared.Rent(BufferBytes);
        var buffer = rented.Memory;
        var (start, end, isLast) = (0, 0, false);
        while (true)
        {
            var outcome = reader.Read(buffer.Span[start..end], isLast, out var consumed);
            start += consumed;
            if (outcome is not ReadOutcome.MoreNeeded) yield return outcome;
            if (outcome is ReadOutcome.End or ReadOutcome.Rejected) yield break;
            if (outcome is not ReadOutcome.MoreNeeded) continue;

            buffer.Span[start..end].CopyTo(buffer.Span);
            (start, end) = (0, end - start);
            var read = await content.ReadAsync(buffer[end..], cancellation);
            (end, isLast) = (end + read, read == 0);
        }
    }

    /// <summary>Writes a line for its shard.</summary>
    public static async ValueTask WriteAsync(Stream stream, SettlementLine line, CancellationToken cancellation)
    {
        await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, Json.Storage), cancellation);
        await stream.WriteAsync(LineEnd, cancellation);
    }

    /// <summary>
    /// Reads all lines of a group of shards, which are few enough to be held; what a capture left is taken off its payment.
    /// </summary>
    public static async Task<List<SettlementLine>> ReadAllAsync(Stream stream, CancellationToken cancellation)
    {
        var lines = new List<SettlementLine>();
        var values = JsonSerializer.DeserializeAsyncEnumerable<SettlementLine>(
            stream, topLevelValues: true, Json.Storage, cancellation);
        await foreach (var line in values) lines.Add(line!);
        return CaptureReversals.TakeOff(lines);
    }
}
