using System.Security.Cryptography;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>Keeps the secrets of endpoints sealed, each bound to its merchant and its own id.</summary>
public sealed class WebhookSecrets(VaultKeys keys)
{
    /// <summary>A new secret, sealed.</summary>
    internal SealedSecret Make(MerchantId merchant, SecretId id, DateTimeOffset now)
    {
        var secret = Ids.Secret(Signature.SecretLength);
        var box = keys.Seal(secret, Binding(merchant, id));
        CryptographicOperations.ZeroMemory(secret);
        return new SealedSecret(id, box, now);
    }

    /// <summary>The secret as its owner is shown it, once.</summary>
    internal string Reveal(MerchantId merchant, SealedSecret secret) =>
        Signature.Write(keys.Open(secret.Box, Binding(merchant, secret.Id)));

    /// <summary>The secrets of that merchant's endpoint that are valid now, the current one first.</summary>
    internal IReadOnlyList<byte[]> OpenValid(MerchantId merchant, WebhookEndpoint endpoint, DateTimeOffset now) =>
        [.. endpoint.Secrets.ValidAt(now).Select(one => keys.Open(one.Box, Binding(merchant, one.Id)))];

    static string Binding(MerchantId merchant, SecretId id) => $"{merchant}\n{id}";
}
