using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Railyard.Core.Payments;

namespace Railyard.Core.Settlement;

/// <summary>
/// A settlement file, <c>fil_…</c>: derived from who sent it and what it says, whatever it is called.
/// </summary>
public readonly record struct FileId(string Value)
{
    /// <summary>What a file id starts with.</summary>
    public const string Prefix = "fil_";

    /// <summary>
    /// The id of a content, named by its SHA-256 in hexadecimal; the same content is the same file.
    /// </summary>
    public static FileId Of(AcquirerName acquirer, string contentHash) =>
        new(DerivedId.Of(Prefix, acquirer.Value, contentHash));

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>
/// Ids that derive from their cause, so that a repeated step names the same thing (UUID version 8).
/// </summary>
static class DerivedId
{
    const int UuidBytes = 16;
    const int VersionByte = 6;
    const int VariantByte = 8;

    /// <summary>The prefix and 128 bits of the SHA-256 of the parts.</summary>
    public static string Of(string prefix, params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts) AppendWithLength(hash, part);
        return prefix + Uuid(hash.GetHashAndReset().AsSpan(0, UuidBytes));
    }

    // Each part is preceded by its length: ("ab", "c") and ("a", "bc") must not be the same cause.
    static void AppendWithLength(IncrementalHash hash, string part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, Encoding.UTF8.GetByteCount(part));
        hash.AppendData(length);
        hash.AppendData(Encoding.UTF8.GetBytes(part));
    }

    static string Uuid(Span<byte> bytes)
    {
        bytes[VersionByte] = (byte)((bytes[VersionByte] & 0x0F) | 0x80);
        bytes[VariantByte] = (byte)((bytes[VariantByte] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("N");
    }
}
