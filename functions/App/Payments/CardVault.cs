using System.Security.Cryptography;
using System.Text;
using Railyard.Core;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>A card as the vault keeps it: its number only encrypted.</summary>
public sealed record VaultedCard
{
    /// <summary>The token.</summary>
    public required TokenId Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required MerchantId Merchant { get; init; }

    /// <summary>What may be shown of it.</summary>
    public required CardSummary Card { get; init; }

    /// <summary>The same for every token of the same number.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Used once, with this token.</summary>
    public required byte[] Nonce { get; init; }

    /// <summary>The number under AES-256-GCM, its tag at the end, bound to token and merchant.</summary>
    public required byte[] Sealed { get; init; }
}

/// <summary>
/// Keeps card numbers, encrypted, and gives them to nothing but a call to an acquirer. The security code is never kept
/// (PCI DSS 3.3.1): see <see cref="SecurityCodes"/>.
/// </summary>
public sealed class CardVault(Containers containers, VaultKeys keys)
{
    /// <summary>Keeps a card under that token. A token that exists keeps the card it has.</summary>
    internal Task KeepAsync(
        TokenId token, MerchantId merchant, CardNumber number, CardSummary card, CancellationToken cancellation) =>
        containers.Cards.TryCreateAsync(Seal(token, merchant, number, card), token.Value, cancellation);

    /// <summary>What the vault has under that token, where it is that merchant's.</summary>
    internal async Task<VaultedCard?> FindAsync(TokenId token, MerchantId merchant, CancellationToken cancellation)
    {
        var stored = await containers.Cards.FindAsync<VaultedCard>(token.Value, token.Value, cancellation);
        return stored is { Value: var card } && card.Merchant == merchant ? card : null;
    }

    /// <summary>The number behind a token, for the acquirer's eyes only.</summary>
    internal async Task<CardNumber> RevealAsync(TokenId token, MerchantId merchant, CancellationToken cancellation)
    {
        var card = await FindAsync(token, merchant, cancellation)
            ?? throw new InvariantBroken($"A payment of {merchant} names {token}, which is not theirs or not there.");
        var tagAt = card.Sealed.Length - AesGcm.TagByteSizes.MaxSize;
        var plain = new byte[tagAt];
        using var cipher = keys.Cipher();
        cipher.Decrypt(card.Nonce, card.Sealed.AsSpan(0, tagAt), card.Sealed.AsSpan(tagAt), plain, Binding(token, merchant));
        return CardNumber.Read(Encoding.ASCII.GetString(plain))
            ?? throw new InvariantBroken($"{token} does not hold a card number.");
    }

    VaultedCard Seal(TokenId token, MerchantId merchant, CardNumber number, CardSummary card)
    {
        var plain = Encoding.ASCII.GetBytes(number.Reveal());
        var nonce = Ids.Secret(AesGcm.NonceByteSizes.MaxSize);
        var box = new byte[plain.Length + AesGcm.TagByteSizes.MaxSize];
        using var cipher = keys.Cipher();
        cipher.Encrypt(nonce, plain, box.AsSpan(0, plain.Length), box.AsSpan(plain.Length), Binding(token, merchant));
        CryptographicOperations.ZeroMemory(plain);
        return new VaultedCard
        {
            Id = token,
            Merchant = merchant,
            Card = card,
            Fingerprint = keys.FingerprintCard(number.Reveal()),
            Nonce = nonce,
            Sealed = box,
        };
    }

    // Moved to another token or merchant, a sealed number does not open.
    static byte[] Binding(TokenId token, MerchantId merchant) => Encoding.ASCII.GetBytes($"{token}\n{merchant}");
}
