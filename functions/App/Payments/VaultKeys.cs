using System.Security.Cryptography;
using System.Text;

namespace Railyard.App.Payments;

/// <summary>The keys that the vault works with, each derived from one secret for one purpose (HKDF, RFC 5869).</summary>
public sealed class VaultKeys
{
    /// <summary>The length of the secret, in bytes.</summary>
    public const int SecretLength = 32;

    readonly byte[] encryption;
    readonly byte[] cardFingerprint;
    readonly byte[] bodyFingerprint;
    readonly byte[] webhookEncryption;

    /// <summary>Derives them from <paramref name="secret"/>.</summary>
    /// <exception cref="ArgumentException">It is not <see cref="SecretLength"/> bytes long.</exception>
    public VaultKeys(byte[] secret)
    {
        if (secret.Length != SecretLength)
            throw new ArgumentException($"The vault's secret must be {SecretLength} bytes long.", nameof(secret));
        encryption = Derive(secret, "card encryption");
        cardFingerprint = Derive(secret, "card fingerprint");
        bodyFingerprint = Derive(secret, "request body fingerprint");
        webhookEncryption = Derive(secret, "webhook secret encryption");
    }

    /// <summary>AES-256-GCM under the encryption key.</summary>
    internal AesGcm Cipher() => new(encryption, AesGcm.TagByteSizes.MaxSize);

    /// <summary>AES-256-GCM under the key for the secrets of webhook endpoints.</summary>
    internal AesGcm WebhookCipher() => new(webhookEncryption, AesGcm.TagByteSizes.MaxSize);

    /// <summary>The same for the same card number, and nothing to anybody without the key.</summary>
    internal string FingerprintCard(string digits) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(cardFingerprint, Encoding.ASCII.GetBytes(digits)));

    /// <summary>
    /// The same for the same body. Keyed, since a body may hold a card number, and a plain hash of one can be
    /// guessed back.
    /// </summary>
    internal string FingerprintBody(ReadOnlySpan<byte> canonical) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(bodyFingerprint, canonical));

    static byte[] Derive(byte[] secret, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, SecretLength, info: Encoding.ASCII.GetBytes(purpose));
}
