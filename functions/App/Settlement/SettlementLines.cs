using System.Buffers;
using System.Runtime.CompilerServices;
using Railyard.Core;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>Takes a line before the buffer that it stands in moves on.</summary>
delegate void TakeLine(in LineFields line);

/// <summary>
/// Lines of a settlement file as streams: read from the file, written for the shards, read back.
/// </summary>
static class SettlementLines
{
    const int BufferBytes = 4 * SettlementReader.SmallestBufferBytes;

    // More than any line takes: a field is never longer packed than a whole record may be, characters of Latin-1 doubled.
    const int PackedBufferBytes = 8 * SettlementReader.SmallestBufferBytes;

    /// <summary>
    /// Everything that the file says, in its order, in a buffer that does not grow. Lines are given out in place; what else
    /// there is comes between them, and so does that the buffer is done with.
    /// </summary>
    public static async IAsyncEnumerable<ReadOutcome> ReadFileAsync(
        SettlementReader reader, Stream content, TakeLine take, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var rented = MemoryPool<byte>.Shared.Rent(BufferBytes);
        var buffer = rented.Memory;
        var (start, end, isLast) = (0, 0, false);
        while (true)
        {
            var outcome = ReadLines(reader, buffer.Span[start..end], isLast, take, out var consumed);
            start += consumed;
            yield return outcome;
            if (outcome is ReadOutcome.End or ReadOutcome.Rejected) yield break;
            if (outcome is not ReadOutcome.MoreNeeded) continue;

            buffer.Span[start..end].CopyTo(buffer.Span);
            (start, end) = (0, end - start);
            var read = await content.ReadAsync(buffer[end..], cancellation);
            (end, isLast) = (end + read, read == 0);
        }
    }

    /// <summary>Gives out the lines at the beginning of the input; what comes next is no line.</summary>
    public static ReadOutcome ReadLines(SettlementReader reader, ReadOnlySpan<byte> input, bool isLast, TakeLine take, out int consumed)
    {
        consumed = 0;
        while (true)
        {
            var outcome = reader.Read(input[consumed..], isLast, out var one, out var line);
            consumed += one;
            if (outcome is not ReadOutcome.Line) return outcome;
            take(line);
        }
    }

    /// <summary>Reads all lines of a group of shards, which are few enough to be held.</summary>
    public static async Task<PackedLines> ReadPackedAsync(Stream stream, CancellationToken cancellation)
    {
        using var rented = MemoryPool<byte>.Shared.Rent(PackedBufferBytes);
        var (lines, buffer, kept) = (new PackedLines(), rented.Memory, 0);
        while (await stream.ReadAsync(buffer[kept..], cancellation) is > 0 and var read)
        {
            var filled = buffer.Span[..(kept + read)];
            var taken = lines.AddPacked(filled);
            kept = filled.Length - taken;
            if (kept == buffer.Length) throw new InvariantBroken($"A packed line has more than {buffer.Length} bytes.");
            filled[taken..].CopyTo(buffer.Span);
        }
        return kept == 0 ? lines : throw new InvariantBroken("The last packed line is cut short.");
    }

    /// <summary>
    /// Reads all lines of a group of shards as they are matched: what a capture left is taken off its payment.
    /// </summary>
    public static async Task<List<SettlementLine>> ReadAllAsync(Stream stream, CancellationToken cancellation) =>
        CaptureReversals.TakeOff((await ReadPackedAsync(stream, cancellation)).All());
}
