namespace Railyard.Core.Payments;

// Ids are a prefix and a UUIDv7 made at the edge; a derived id (an attempt's) says what it derives from, so that a
// repeated step names the same thing.

/// <summary>A merchant, <c>mer_…</c>.</summary>
public readonly record struct MerchantId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A payment, <c>pay_…</c>.</summary>
public readonly record struct PaymentId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>The id of its nth attempt, counted from 1: <c>att_…_n</c>.</summary>
    public AttemptId Attempt(int number) => new($"att_{Value.AsSpan(Prefix.Length)}_{number}");

    /// <summary>What a payment id starts with.</summary>
    public const string Prefix = "pay_";
}

/// <summary>One call to one acquirer to authorise a payment, <c>att_…_n</c>; also its idempotency key there.</summary>
public readonly record struct AttemptId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A capture (<c>cap_…</c>), refund (<c>ref_…</c>) or void (<c>voi_…</c>); also its idempotency key at the acquirer.</summary>
public readonly record struct OperationId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A card in the vault, <c>tok_…</c>.</summary>
public readonly record struct TokenId(string Value)
{
    /// <summary>What a token id starts with.</summary>
    public const string Prefix = "tok_";

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>An acquirer as configured, such as <c>northbank</c>.</summary>
public readonly record struct AcquirerName(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
