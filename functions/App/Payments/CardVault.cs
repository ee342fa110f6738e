using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Cosmos;
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

    /// <summary>The same for every token of the same number within the merchant's group.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The number, bound to token and merchant: moved to another of either it does not open.</summary>
    public required Envelope Number { get; init; }

    /// <summary>When it came into the vault.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its merchant deleted it; from then on nothing new can use it.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>In how many seconds the database removes it; null for never.</summary>
    public int? Ttl { get; init; }

    internal string Binding => $"{Id}\n{Merchant}";
}

/// <summary>A card on its way into the vault.</summary>
sealed record NewCard(TokenId Token, MerchantId Merchant, CardGroup Group, CardNumber Number, CardSummary Card);

/// <summary>
/// Keeps card numbers, encrypted, and gives them to nothing but a call to an acquirer. The security code is never kept
/// (PCI DSS 3.3.1): see <see cref="SecurityCodes"/>.
/// </summary>
public sealed class CardVault(Containers containers, VaultKeys keys, Envelopes envelopes, TimeProvider time)
{
    // Longer than any payment that has begun with the card is under way.
    static readonly TimeSpan RemovedAfter = TimeSpan.FromDays(7);
    const int MostRounds = 20;
    const int MostHeld = 4_096;

    // Found when a payment is accepted and revealed when it is sent, a moment later. Sealed as they are.
    readonly Recent<PaymentId, VaultedCard> held = new(MostHeld);

    /// <summary>Keeps a card under its token. A token that exists keeps the card it has.</summary>
    internal async Task<VaultedCard> KeepAsync(NewCard card, CancellationToken cancellation)
    {
        var vaulted = await SealAsync(card, cancellation);
        return await containers.Cards.TryCreateAsync(vaulted, card.Token.Value, cancellation) is not null
            ? vaulted
            : (await LoadAsync(card.Token, cancellation))!.Value;
    }

    /// <summary>What the vault has under that token, where it is that merchant's and not deleted.</summary>
    internal async Task<VaultedCard?> FindAsync(TokenId token, MerchantId merchant, CancellationToken cancellation) =>
        await LoadAsync(token, cancellation) is { Value: { DeletedAt: null } card } && card.Merchant == merchant ? card : null;

    /// <summary>Holds a card for the payment that is about to be sent with it.</summary>
    internal void Hold(PaymentId payment, VaultedCard card) => held.Keep(payment, card);

    /// <summary>
    /// Deletes a token: nothing new can use it from now on, and its number is removed when what is under way with it
    /// must have ended. False where there is none of that merchant.
    /// </summary>
    internal async Task<bool> DeleteAsync(TokenId token, MerchantId merchant, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await LoadAsync(token, cancellation);
            if (stored is not { Value: { DeletedAt: null } card } || card.Merchant != merchant) return false;
            var deleted = card with { DeletedAt = time.GetUtcNow(), Ttl = (int)RemovedAfter.TotalSeconds };
            if (await ReplaceAsync(deleted, stored.ETag, cancellation)) return true;
        }
        throw new TimeoutException($"{token} changed {MostRounds} times while it was being deleted.");
    }

    /// <summary>The number that a payment is made with, for the acquirer's eyes only. It may have been deleted since.</summary>
    internal async Task<CardNumber> RevealAsync(Payment payment, CancellationToken cancellation)
    {
        var (token, merchant) = (payment.Token, payment.Merchant);
        var card = held.Take(payment.Id) ?? (await LoadAsync(token, cancellation))?.Value;
        if (card?.Merchant != merchant || card.Id != token)
            throw new InvariantBroken($"A payment of {merchant} names {token}, which is not theirs or not there.");
        var plain = await envelopes.OpenAsync(card.Number, card.Binding, cancellation);
        try
        {
            return CardNumber.Read(Encoding.ASCII.GetString(plain))
                ?? throw new InvariantBroken($"{token} does not hold a card number.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>The fingerprint of a token's card, also of a deleted one; null where there is none any more.</summary>
    internal async Task<string?> FingerprintAsync(TokenId token, MerchantId merchant, CancellationToken cancellation) =>
        await LoadAsync(token, cancellation) is { Value: var card } && card.Merchant == merchant ? card.Fingerprint : null;

    /// <summary>Some of the tokens whose cards are not under that version of the wrapping key, and where to go on.</summary>
    internal async Task<(IReadOnlyList<TokenId> Tokens, string? Continuation)> NotUnderAsync(
        string keyVersion, int limit, string? continuation, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT c.id FROM c WHERE c.number.key_version != @version")
            .WithParameter("@version", keyVersion);
        var (rows, next) = await containers.Cards.PageAsync<TokenRow>(query, null, limit, continuation, cancellation);
        return ([.. rows.Select(row => row.Id)], next);
    }

    /// <summary>
    /// Puts a card under the newest version of the wrapping key; the version that it was under, or null where there was
    /// nothing to do.
    /// </summary>
    internal async Task<string?> RewrapAsync(TokenId token, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            if (await LoadAsync(token, cancellation) is not { Value: var card } stored) return null;
            var rewrapped = await envelopes.RewrapAsync(card.Number, card.Binding, cancellation);
            if (ReferenceEquals(rewrapped, card.Number)) return null;
            if (await ReplaceAsync(Remaining(card) with { Number = rewrapped }, stored.ETag, cancellation)) return card.Number.KeyVersion;
        }
        throw new TimeoutException($"{token} changed {MostRounds} times while it was being wrapped anew.");
    }

    // A write starts the time to live again.
    VaultedCard Remaining(VaultedCard card)
    {
        if (card.DeletedAt is not { } deletedAt) return card;
        var left = deletedAt + RemovedAfter - time.GetUtcNow();
        return card with { Ttl = Math.Max(1, (int)left.TotalSeconds) };
    }

    async Task<VaultedCard> SealAsync(NewCard card, CancellationToken cancellation)
    {
        var vaulted = new VaultedCard
        {
            Id = card.Token,
            Merchant = card.Merchant,
            Card = card.Card,
            Fingerprint = keys.FingerprintCard(card.Group, card.Number.Reveal()),
            Number = new Envelope([], [], ""),
            CreatedAt = time.GetUtcNow(),
        };
        var plain = Encoding.ASCII.GetBytes(card.Number.Reveal());
        try
        {
            return vaulted with { Number = await envelopes.SealAsync(plain, vaulted.Binding, cancellation) };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    Task<Stored<VaultedCard>?> LoadAsync(TokenId token, CancellationToken cancellation) =>
        containers.Cards.FindAsync<VaultedCard>(token.Value, token.Value, cancellation);

    async Task<bool> ReplaceAsync(VaultedCard card, string etag, CancellationToken cancellation) =>
        await containers.Cards.TryReplaceAsync(card.Id.Value, card.Id.Value, card, etag, cancellation) is not null;

    sealed record TokenRow(TokenId Id);
}
