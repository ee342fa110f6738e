using System.Security.Cryptography;
using System.Text;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>
/// The keys that must not change, each derived from one secret for one purpose (HKDF, RFC 5869). Card numbers are not
/// under them but under keys that can be rotated: see <see cref="IWrappingKeys"/>.
/// </summary>
public sealed class VaultKeys
{
    /// <summary>The length of the secret, in bytes.</summary>
    public const int SecretLength = 32;

    const int ProofLength = 16;
    const int FingerprintLength = 16;

    static readonly int NonceLength = AesGcm.NonceByteSizes.MaxSize;
    static readonly int TagLength = AesGcm.TagByteSizes.MaxSize;

    readonly byte[] cardFingerprint;
    readonly byte[] bodyFingerprint;
    readonly byte[] returnProof;
    readonly byte[] shownOnce;

    /// <summary>Derives them from <paramref name="secret"/>.</summary>
    /// <exception cref="ArgumentException">It is not <see cref="SecretLength"/> bytes long.</exception>
    public VaultKeys(byte[] secret)
    {
        if (secret.Length != SecretLength)
            throw new ArgumentException($"The vault's secret must be {SecretLength} bytes long.", nameof(secret));
        cardFingerprint = Derive(secret, "card fingerprint");
        bodyFingerprint = Derive(secret, "request body fingerprint");
        returnProof = Derive(secret, "cardholder return");
        shownOnce = Derive(secret, "secrets shown once");
    }

    /// <summary>
    /// The same for the same card number within a group of merchants, another in each other group, and nothing to
    /// anybody without the key. It does not change when the keys of the vault do.
    /// </summary>
    internal string FingerprintCard(CardGroup group, string digits)
    {
        var key = HMACSHA256.HashData(cardFingerprint, Bytes(group.Value));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Bytes(digits)).AsSpan(0, FingerprintLength));
    }

    /// <summary>
    /// The same for the same body. Keyed, since a body may hold a card number, and a plain hash of one can be
    /// guessed back.
    /// </summary>
    internal string FingerprintBody(ReadOnlySpan<byte> canonical) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(bodyFingerprint, canonical));

    /// <summary>What only we can put behind a payment's id in the address that its cardholder comes back to.</summary>
    internal string ProveReturn(string payment) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(returnProof, Bytes(payment)).AsSpan(0, ProofLength));

    /// <summary>
    /// Seals what is shown to its owner once and has to wait somewhere until then (AES-256-GCM). It opens under the
    /// same <paramref name="binding"/> only.
    /// </summary>
    internal string Seal(ReadOnlySpan<byte> plain, string binding)
    {
        var box = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        using var cipher = new AesGcm(shownOnce, TagLength);
        cipher.Encrypt(
            box.AsSpan(0, NonceLength), plain, box.AsSpan(NonceLength, plain.Length), box.AsSpan(^TagLength..), Bytes(binding));
        return Convert.ToBase64String(box);
    }

    /// <summary>What was sealed under that binding.</summary>
    internal byte[] Open(string sealedText, string binding)
    {
        var box = Convert.FromBase64String(sealedText);
        var plain = new byte[box.Length - NonceLength - TagLength];
        using var cipher = new AesGcm(shownOnce, TagLength);
        cipher.Decrypt(
            box.AsSpan(0, NonceLength), box.AsSpan(NonceLength, plain.Length), box.AsSpan(^TagLength..), plain, Bytes(binding));
        return plain;
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static byte[] Derive(byte[] secret, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, SecretLength, info: Encoding.ASCII.GetBytes(purpose));
}
