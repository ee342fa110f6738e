using System.Text;

namespace Railyard.Core.Settlement;

/// <summary>
/// Which of the 256 shards a reference belongs to; the same for ever, since expectations are stored by it.
/// </summary>
public readonly record struct ShardNumber
{
    /// <summary>How many shards there are.</summary>
    public const int Count = 256;

    const uint FnvOffset = 2166136261;
    const uint FnvPrime = 16777619;

    /// <summary>A shard by its number.</summary>
    /// <exception cref="InvariantBroken">There is no such shard.</exception>
    public ShardNumber(int value)
    {
        if (value is < 0 or >= Count) throw new InvariantBroken($"There is no shard {value}.");
        Value = value;
    }

    /// <summary>0 to 255.</summary>
    public int Value { get; }

    /// <summary>The shard of an acquirer's reference.</summary>
    public static ShardNumber Of(string acquirerReference)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(SettlementLine.LongestReference)];
        return Encoding.UTF8.TryGetBytes(acquirerReference, bytes, out var written)
            ? Of(bytes[..written])
            : Of(Encoding.UTF8.GetBytes(acquirerReference));
    }

    /// <summary>The shard of an acquirer's reference in UTF-8.</summary>
    public static ShardNumber Of(ReadOnlySpan<byte> reference)
    {
        // FNV-1a, folded to eight bits: its low byte alone spreads similar references badly.
        var hash = FnvOffset;
        foreach (var octet in reference) hash = unchecked((hash ^ octet) * FnvPrime);
        hash ^= hash >> 16;
        return new((int)((hash ^ (hash >> 8)) & 0xFF));
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
