using System.Security.Cryptography;
using System.Text;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>Keeps the secrets of endpoints under AES-256-GCM, each bound to its merchant and its own id.</summary>
public sealed class WebhookSecrets(VaultKeys keys)
{
    /// <summary>A new secret, sealed.</summary>
    internal SealedSecret Make(MerchantId merchant, SecretId id, DateTimeOffset now)
    {
        var secret = Ids.Secret(Signature.SecretLength);
        var (nonce, box) = Seal(secret, Binding(merchant, id));
        CryptographicOperations.ZeroMemory(secret);
        return new SealedSecret(id, nonce, box, now);
    }

    /// <summary>The secret as its owner is shown it, once.</summary>
    internal string Reveal(MerchantId merchant, SealedSecret secret) =>
        Signature.Write(Open(secret.Nonce, secret.Box, Binding(merchant, secret.Id)));

    /// <summary>The secrets of that merchant's endpoint that are valid now, the current one first.</summary>
    internal IReadOnlyList<byte[]> OpenValid(MerchantId merchant, WebhookEndpoint endpoint, DateTimeOffset now) =>
        [.. endpoint.Secrets.ValidAt(now).Select(one => Open(one.Nonce, one.Box, Binding(merchant, one.Id)))];

    (byte[] Nonce, byte[] Box) Seal(byte[] plain, byte[] binding)
    {
        var nonce = Ids.Secret(AesGcm.NonceByteSizes.MaxSize);
        var box = new byte[plain.Length + AesGcm.TagByteSizes.MaxSize];
        using var cipher = keys.WebhookCipher();
        cipher.Encrypt(nonce, plain, box.AsSpan(0, plain.Length), box.AsSpan(plain.Length), binding);
        return (nonce, box);
    }

    byte[] Open(byte[] nonce, byte[] box, byte[] binding)
    {
        var tagAt = box.Length - AesGcm.TagByteSizes.MaxSize;
        var plain = new byte[tagAt];
        using var cipher = keys.WebhookCipher();
        cipher.Decrypt(nonce, box.AsSpan(0, tagAt), box.AsSpan(tagAt), plain, binding);
        return plain;
    }

    static byte[] Binding(MerchantId merchant, SecretId id) => Encoding.ASCII.GetBytes($"{merchant}\n{id}");
}
