using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Railyard.Local.Durable;

/// <summary>A UUID of instance, time and count (version 5), so that replay makes the same one.</summary>
static class RepeatableGuid
{
    const int Version = 5;

    static readonly byte[] Namespace =
        Guid.Parse("9e952958-5e33-4daf-827f-2fa12937b875").ToByteArray(bigEndian: true);

    public static Guid From(string instanceId, DateTime now, int count)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{instanceId}_{now:o}_{count}");
        byte[] named = [.. Namespace, .. Encoding.UTF8.GetBytes(name)];
#pragma warning disable CA5350 // UUID version 5 is SHA-1 by definition; nothing is protected by it.
        var hash = SHA1.HashData(named);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | (Version << 4));
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
