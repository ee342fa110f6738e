using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>How much has been unpacked, of all files of an archive together.</summary>
sealed class UnpackedBytes(long packed, long most)
{
    // Reports repeat themselves, yet never so often: what grows more was made to fill a disk.
    const int MostRatio = 250;
    const long AlwaysAllowed = 16 * 1024 * 1024;

    long unpacked;

    /// <summary>Counts more.</summary>
    /// <exception cref="ContentRefused">It is too much.</exception>
    public void Add(int count)
    {
        unpacked += count;
        if (unpacked > most) throw new ContentRefused(new("archive", $"at most {most} bytes unpacked", "more"));
        if (unpacked > AlwaysAllowed && unpacked / MostRatio > packed)
            throw new ContentRefused(new("archive", $"at most {MostRatio} times its length unpacked", "more"));
    }
}

/// <summary>Passes on what comes out of a packed file, and stops where that is too much, or packed once more.</summary>
/// <param name="inner">What unpacks.</param>
/// <param name="bytes">The count of all files of the archive.</param>
/// <param name="expectedLength">How long the archive says that the file is, the lowest 32 bits of it: one that was cut off is shorter.</param>
sealed class UnpackedStream(Stream inner, UnpackedBytes bytes, uint expectedLength) : ForwardStream
{
    public const int MagicLength = 4;

    readonly byte[] beginning = new byte[MagicLength];
    int known;
    long length;

    public static bool IsGzip(ReadOnlySpan<byte> beginning) => beginning is [0x1F, 0x8B, ..];

    public static bool IsZip(ReadOnlySpan<byte> beginning) =>
        beginning.StartsWith("PK\x03\x04"u8) || beginning.StartsWith("PK\x05\x06"u8) || beginning.StartsWith("PK\x07\x08"u8);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count;
        try
        {
            count = await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException)
        {
            throw Damaged();
        }
        bytes.Add(count);
        length += count;
        if (count == 0 && buffer.Length > 0 && unchecked((uint)length) != expectedLength) throw Damaged();
        Look(buffer.Span[..count]);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    static ContentRefused Damaged() => new(new("archive", "an intact packed file", "a damaged one"));

    void Look(ReadOnlySpan<byte> passed)
    {
        if (known == MagicLength || passed.IsEmpty) return;
        var more = passed[..Math.Min(passed.Length, MagicLength - known)];
        more.CopyTo(beginning.AsSpan(known));
        known += more.Length;
        if (IsGzip(beginning.AsSpan(0, known)) || IsZip(beginning.AsSpan(0, known)))
            throw new ContentRefused(new("archive", "a settlement file in it", "another packed file"));
    }
}
