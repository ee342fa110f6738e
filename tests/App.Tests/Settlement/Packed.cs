using System.IO.Compression;
using System.Text;

namespace Railyard.App.Tests.Settlement;

/// <summary>Files as senders pack them.</summary>
static class Packed
{
    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(content);
        return packed.ToArray();
    }

    public static byte[] Gzip(string content) => Gzip(Encoding.UTF8.GetBytes(content));

    public static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create))
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        return packed.ToArray();
    }

    public static byte[] Zip(string name, string content) => Zip((name, Encoding.UTF8.GetBytes(content)));

    /// <summary>The same with the flag of encryption set on every file.</summary>
    public static byte[] AsIfEncrypted(byte[] zip)
    {
        var changed = (byte[])zip.Clone();
        for (var place = 0; place + 10 < zip.Length; place++)
        {
            if (changed.AsSpan(place).StartsWith("PK\x03\x04"u8)) changed[place + 6] |= 1;
            if (changed.AsSpan(place).StartsWith("PK\x01\x02"u8)) changed[place + 8] |= 1;
        }
        return changed;
    }
}
