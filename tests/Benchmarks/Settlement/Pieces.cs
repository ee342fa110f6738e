using Microsoft.Win32.SafeHandles;

namespace Railyard.Benchmarks.Settlement;

/// <summary>Takes some bytes of a file; how many of them are done with.</summary>
delegate int ReadPiece(ReadOnlySpan<byte> piece, bool isLast);

/// <summary>Reads a file once, a piece at a time, in a buffer that does not grow.</summary>
sealed class Pieces(string path) : IDisposable
{
    const int BufferBytes = 256 * 1024;

    readonly SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
    readonly byte[] buffer = new byte[BufferBytes];
    int kept;
    long offset;
    bool hasEnded;

    /// <summary>Reads one piece; false where there is none any more.</summary>
    public bool TryRead(ReadPiece read)
    {
        if (hasEnded) return false;
        var got = RandomAccess.Read(file, buffer.AsSpan(kept), offset);
        hasEnded = got == 0;
        offset += got;
        var filled = kept + got;
        var done = read(buffer.AsSpan(0, filled), hasEnded);
        buffer.AsSpan(done, filled - done).CopyTo(buffer);
        kept = filled - done;
        return true;
    }

    public void Dispose() => file.Dispose();
}
