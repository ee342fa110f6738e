using System.Text.Json.Serialization;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants;

/// <summary>A merchant as the contract shows it.</summary>
sealed record MerchantWire(
    MerchantId Id,
    string Name,
    MerchantStatus Status,
    CardGroup CardGroup,
    RateLimitWire? RateLimit,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static MerchantWire Of(Merchant merchant) => new(
        merchant.Id,
        merchant.Name,
        merchant.Status,
        merchant.CardGroup,
        merchant.RateLimit is { } limit ? new RateLimitWire(limit.PerSecond, limit.Burst) : null,
        merchant.CreatedAt,
        merchant.UpdatedAt);
}

/// <summary>A rate limit of the merchant's own.</summary>
sealed record RateLimitWire(int PerSecond, int Burst);

/// <summary>A page of merchants.</summary>
sealed record MerchantPage(IReadOnlyList<MerchantWire> Items, string? NextCursor);

/// <summary>A key as the contract shows it: by its first and last characters, and whole only when it is made.</summary>
sealed record ApiKeyWire(
    ApiKeyId Id,
    string Name,
    IReadOnlyList<string> Scopes,
    KeyStatus Status,
    string Prefix,
    string Last4,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt,
    ApiKeyId? RolledTo)
{
    /// <summary>The key itself, for its owner, once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }

    // The generated text of a record would show the key.
    /// <inheritdoc/>
    public override string ToString() => Id.Value;

    public static ApiKeyWire Of(ApiKey key, DateTimeOffset now) => new(
        key.Id,
        key.Name,
        [.. key.Scopes.Select(Core.Merchants.Scopes.Word)],
        key.StatusAt(now),
        key.First,
        key.Last,
        key.CreatedAt,
        key.ExpiresAt,
        key.RevokedAt,
        key.LastUsedAt,
        key.RolledTo);
}
