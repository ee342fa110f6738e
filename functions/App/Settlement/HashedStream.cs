using System.Security.Cryptography;

namespace Railyard.App.Settlement;

/// <summary>More came than a file may have.</summary>
sealed class FileTooLarge(long most) : Exception($"The file has more than {most} bytes.");

/// <summary>
/// Passes a stream on while it hashes and counts what passes, and stops it where it grows too large.
/// </summary>
sealed class HashedStream(Stream inner, long mostBytes) : ForwardStream
{
    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>How many bytes have passed.</summary>
    public long Bytes { get; private set; }

    /// <summary>The SHA-256 of what has passed, in hexadecimal.</summary>
    public string Hash => Convert.ToHexStringLower(hash.GetCurrentHash());

    /// <summary>Lets the rest pass.</summary>
    public async Task DrainAsync(CancellationToken cancellation) => await CopyToAsync(Null, cancellation);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Passed(buffer, await inner.ReadAsync(buffer, cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        Passed(buffer.AsMemory(offset), inner.Read(buffer, offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing) hash.Dispose();
        base.Dispose(disposing);
    }

    int Passed(ReadOnlyMemory<byte> buffer, int count)
    {
        hash.AppendData(buffer.Span[..count]);
        Bytes += count;
        return Bytes <= mostBytes ? count : throw new FileTooLarge(mostBytes);
    }
}
