namespace Railyard.Core.Payments;

/// <summary>
/// Merchants that see one fingerprint for one card, such as the shops of one company. A merchant that joined no other
/// is a group of its own.
/// </summary>
public readonly record struct CardGroup(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>The group of one merchant alone.</summary>
    public static CardGroup Of(MerchantId merchant) => new(merchant.Value);
}
