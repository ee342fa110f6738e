using Railyard.Core.Payments;

namespace Railyard.Core.Merchants;

/// <summary>Whether a merchant's keys open anything.</summary>
public enum MerchantStatus { Active, Suspended }

/// <summary>A merchant of ours. Their keys are in a <see cref="KeyRing"/> beside it.</summary>
public sealed record Merchant
{
    /// <summary>What a merchant's id starts with.</summary>
    public const string IdPrefix = "mer_";

    /// <summary>Its id.</summary>
    public required MerchantId Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>Suspended, it can call nothing; what is under way goes on.</summary>
    public MerchantStatus Status { get; init; } = MerchantStatus.Active;

    /// <summary>
    /// With whom it shares the fingerprints of cards. Fixed for good: the fingerprints that were handed out would
    /// otherwise stop matching.
    /// </summary>
    public required CardGroup CardGroup { get; init; }

    /// <summary>How fast each of its keys may be used; null for what everybody has.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Us: whoever operates Railyard holds keys as a merchant does, under an id that is no merchant's.</summary>
public static class Operators
{
    /// <summary>What stands where a merchant's id would.</summary>
    public static readonly MerchantId Id = new("operators");
}
