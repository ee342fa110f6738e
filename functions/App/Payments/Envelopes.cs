using System.Security.Cryptography;
using System.Text;

namespace Railyard.App.Payments;

/// <summary>A secret under a data key of its own (AES-256-GCM), and that key under a version of the wrapping key.</summary>
/// <param name="Sealed">The nonce, the secret and the tag.</param>
/// <param name="WrappedKey">The nonce, the data key and the tag.</param>
public sealed record Envelope(byte[] Sealed, byte[] WrappedKey, string KeyVersion);

/// <summary>
/// Puts secrets into envelopes and takes them out. A rotation changes the wrapping alone: the secret stays as it was
/// sealed and is not seen.
/// </summary>
public sealed class Envelopes(IWrappingKeys keys)
{
    static readonly int NonceLength = AesGcm.NonceByteSizes.MaxSize;
    static readonly int TagLength = AesGcm.TagByteSizes.MaxSize;

    /// <summary>An envelope that opens under the same <paramref name="binding"/> only.</summary>
    internal async Task<Envelope> SealAsync(ReadOnlyMemory<byte> plain, string binding, CancellationToken cancellation)
    {
        var current = await keys.CurrentAsync(cancellation);
        var dataKey = Ids.Secret(WrappingKey.Length);
        try
        {
            return new Envelope(Encrypt(dataKey, plain.Span, binding), Wrap(current, dataKey, binding), current.Version);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    /// <summary>What is in it. Whoever is done with it overwrites it.</summary>
    internal async Task<byte[]> OpenAsync(Envelope envelope, string binding, CancellationToken cancellation)
    {
        var dataKey = await UnwrapAsync(envelope, binding, cancellation);
        try
        {
            return Decrypt(dataKey, envelope.Sealed, binding);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    /// <summary>The same under the newest version of the wrapping key; the very same where it is already.</summary>
    internal async Task<Envelope> RewrapAsync(Envelope envelope, string binding, CancellationToken cancellation)
    {
        var current = await keys.CurrentAsync(cancellation);
        if (envelope.KeyVersion == current.Version) return envelope;
        var dataKey = await UnwrapAsync(envelope, binding, cancellation);
        try
        {
            return envelope with { WrappedKey = Wrap(current, dataKey, binding), KeyVersion = current.Version };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    async Task<byte[]> UnwrapAsync(Envelope envelope, string binding, CancellationToken cancellation)
    {
        // Not an invariant of ours: whoever took the version away can bring it back, and the step is made again.
        var key = await keys.FindAsync(envelope.KeyVersion, cancellation)
            ?? throw new KeyNotFoundException($"There is no version {envelope.KeyVersion} of the vault's wrapping key.");
        return Decrypt(key.Secret.Span, envelope.WrappedKey, WrapBinding(key, binding));
    }

    static byte[] Wrap(WrappingKey key, byte[] dataKey, string binding) =>
        Encrypt(key.Secret.Span, dataKey, WrapBinding(key, binding));

    static string WrapBinding(WrappingKey key, string binding) => $"{binding}\n{key.Version}";

    static byte[] Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, string binding)
    {
        var box = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        using var cipher = new AesGcm(key, TagLength);
        cipher.Encrypt(
            box.AsSpan(0, NonceLength),
            plain,
            box.AsSpan(NonceLength, plain.Length),
            box.AsSpan(^TagLength..),
            Encoding.UTF8.GetBytes(binding));
        return box;
    }

    static byte[] Decrypt(ReadOnlySpan<byte> key, byte[] box, string binding)
    {
        var plain = new byte[box.Length - NonceLength - TagLength];
        using var cipher = new AesGcm(key, TagLength);
        cipher.Decrypt(
            box.AsSpan(0, NonceLength),
            box.AsSpan(NonceLength, plain.Length),
            box.AsSpan(^TagLength..),
            plain,
            Encoding.UTF8.GetBytes(binding));
        return plain;
    }
}
