using System.Buffers.Binary;
using System.IO.Compression;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>A packed file that is not unpacked, and why.</summary>
sealed class ContentRefused(Fault fault) : Exception($"{fault.Field}: {fault.Expected}, not {fault.Found}")
{
    public Fault Fault { get; } = fault;
}

/// <summary>
/// A settlement file as it came: plain, or packed with gzip or zip, which its first bytes tell. It is unpacked while it is
/// read, never as a whole; a zip with several files is read as one, each after the other.
/// </summary>
sealed class SettlementContent : IAsyncDisposable
{
    /// <summary>What is longer unpacked is refused.</summary>
    const long MostBytes = SettlementFileArrived.MostBytes;

    const int FewestGzipBytes = 18;
    const int MostEntries = 100;
    const int LongestDirectory = 256 * 1024;
    const int EndRecordLength = 22;
    const int LongestComment = ushort.MaxValue;

    readonly Stream raw;
    readonly ZipArchive? zip;
    readonly bool isGzip;
    uint gzipLength;

    SettlementContent(Stream raw, ZipArchive? zip, bool isGzip) => (this.raw, this.zip, this.isGzip) = (raw, zip, isGzip);

    /// <summary>Whether it is packed.</summary>
    public bool IsPacked => isGzip || zip is not null;

    /// <summary>How far in the file as it came reading is.</summary>
    public long Position => raw.Position;

    /// <summary>Finds out what it is.</summary>
    /// <exception cref="ContentRefused">It is packed in a way that is not unpacked.</exception>
    public static async Task<SettlementContent> OpenAsync(Stream raw, CancellationToken cancellation)
    {
        var magic = new byte[UnpackedStream.MagicLength];
        var length = await raw.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellation);
        raw.Seek(0, SeekOrigin.Begin);
        if (UnpackedStream.IsGzip(magic.AsSpan(0, length))) return new(raw, null, isGzip: true) { gzipLength = await GzipLengthAsync(raw, cancellation) };
        if (!UnpackedStream.IsZip(magic.AsSpan(0, length))) return new(raw, null, isGzip: false);
        await CheckDirectoryAsync(raw, cancellation);
        raw.Seek(0, SeekOrigin.Begin);
        try
        {
            return new(raw, new ZipArchive(raw, ZipArchiveMode.Read, leaveOpen: true), isGzip: false);
        }
        catch (InvalidDataException)
        {
            throw Refused("an intact zip file", "a damaged one");
        }
    }

    /// <summary>The files in it, each to be read to its end before the next.</summary>
    /// <exception cref="ContentRefused">There is one that is not unpacked.</exception>
    public IEnumerable<Stream> Parts()
    {
        if (zip is not null) return Entries(zip);
        return [isGzip ? Unpacked(new GZipStream(raw, CompressionMode.Decompress, leaveOpen: true), new UnpackedBytes(raw.Length, MostBytes), gzipLength) : raw];
    }

    public async ValueTask DisposeAsync()
    {
        zip?.Dispose();
        await raw.DisposeAsync();
    }

    IEnumerable<Stream> Entries(ZipArchive archive)
    {
        var files = archive.Entries.Where(entry => !entry.FullName.EndsWith('/')).ToList();
        if (files.Count == 0) throw Refused("a file in the zip file", "none");
        foreach (var entry in files) Check(entry);
        var bytes = new UnpackedBytes(raw.Length, MostBytes);
        foreach (var entry in files) yield return Unpacked(Open(entry), bytes, unchecked((uint)entry.Length));
    }

    static Stream Open(ZipArchiveEntry entry)
    {
        try
        {
            return entry.Open();
        }
        catch (InvalidDataException)
        {
            throw Refused("files packed with deflate", "another method, or a damaged file");
        }
    }

    static UnpackedStream Unpacked(Stream packed, UnpackedBytes bytes, uint length) => new(packed, bytes, length);

    // The last four bytes say how long the file was before it was packed (RFC 1952); a file of several members is refused so.
    static async Task<uint> GzipLengthAsync(Stream raw, CancellationToken cancellation)
    {
        if (raw.Length < FewestGzipBytes) throw Refused("an intact packed file", "a damaged one");
        var last = new byte[sizeof(uint)];
        raw.Seek(-last.Length, SeekOrigin.End);
        await raw.ReadExactlyAsync(last, cancellation);
        raw.Seek(0, SeekOrigin.Begin);
        return BinaryPrimitives.ReadUInt32LittleEndian(last);
    }

    // Nothing is written under these names; a name that climbs is still nobody's honest file.
    static void Check(ZipArchiveEntry entry)
    {
        var name = entry.FullName;
        if (entry.IsEncrypted) throw Refused("files without a password", "an encrypted one");
        if (name.StartsWith('/') || name.Contains('\\') || name.Contains(':') || name.Split('/').Contains(".."))
            throw Refused("names inside the zip file", "one that leads out of it");
    }

    // The directory is read as a whole, so it must be known to be small before: it says so at the end of the file.
    static async Task CheckDirectoryAsync(Stream raw, CancellationToken cancellation)
    {
        var tail = new byte[Math.Min(raw.Length, EndRecordLength + LongestComment)];
        raw.Seek(-tail.Length, SeekOrigin.End);
        await raw.ReadExactlyAsync(tail, cancellation);
        var place = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (place < 0 || tail.Length - place < EndRecordLength) throw Refused("an intact zip file", "one without its end");
        var end = tail.AsSpan(place);
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        var start = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        if (entries > MostEntries) throw Refused($"at most {MostEntries} files", "more");
        if (size > LongestDirectory || start + (long)size != raw.Length - tail.Length + place) throw Refused("an intact zip file", "one whose directory is elsewhere");
    }

    static ContentRefused Refused(string expected, string found) => new(new("archive", expected, found));
}
