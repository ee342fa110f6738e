using Railyard.Local.Cosmos.Catalog;
using Railyard.Local.Cosmos.Items;

namespace Railyard.Local.Cosmos.Query;

/// <summary>One combination of partition key and id that a filter admits; null admits any.</summary>
readonly record struct KeyRange(string? PartitionKey, string? Id)
{
    public KeyRange? And(KeyRange other) =>
        (PartitionKey is not null && other.PartitionKey is not null && PartitionKey != other.PartitionKey)
        || (Id is not null && other.Id is not null && Id != other.Id)
            ? null
            : new KeyRange(PartitionKey ?? other.PartitionKey, Id ?? other.Id);
}

/// <summary>
/// Which keys a filter can possibly admit, so that a query for known ids is a few lookups and not a scan.
/// The filter is evaluated on whatever is found, so a range too wide costs time and never a wrong row.
/// </summary>
sealed class KeyFilter(Container container)
{
    const int RangesMax = 2_000;

    static readonly IReadOnlyList<string> IdPath = ["id"];

    /// <summary>The ranges to read, in key order and without overlap.</summary>
    public IReadOnlyList<KeyRange> Ranges(Expression? filter, PartitionKey? partition)
    {
        var start = new KeyRange(partition?.Text, null);
        var admitted = filter is null ? null : Admitted(filter);
        if (admitted is null) return [start];
        var narrowed = admitted.Select(range => range.And(start)).OfType<KeyRange>().Distinct().ToList();
        return narrowed.Exists(range => range.PartitionKey is null) ? [start] : InKeyOrder(narrowed);
    }

    static List<KeyRange> InKeyOrder(List<KeyRange> ranges)
    {
        var whole = ranges.Where(range => range.Id is null).Select(range => range.PartitionKey).ToHashSet();
        return [.. ranges
            .Where(range => range.Id is null || !whole.Contains(range.PartitionKey))
            .OrderBy(range => new ItemKey(range.PartitionKey!, range.Id ?? ""), ItemKey.Order)];
    }

    // Null where the filter says nothing about keys.
    List<KeyRange>? Admitted(Expression filter) => filter switch
    {
        Expression.Comparison { Kind: ComparisonKind.Equal } equal =>
            Equal(equal.Left, equal.Right) ?? Equal(equal.Right, equal.Left),
        Expression.In { Operand: var operand } isIn =>
            AnyOf(isIn.Candidates.Select(one => Equal(operand, one))),
        Expression.Any any => AnyOf(any.Operands.Select(Admitted)),
        Expression.All all => AllOf(all.Operands),
        _ => null,
    };

    static List<KeyRange>? AnyOf(IEnumerable<List<KeyRange>?> alternatives)
    {
        var union = new List<KeyRange>();
        foreach (var alternative in alternatives)
        {
            if (alternative is null || union.Count + alternative.Count > RangesMax) return null;
            union.AddRange(alternative);
        }
        return union;
    }

    List<KeyRange>? AllOf(IReadOnlyList<Expression> operands)
    {
        List<KeyRange>? result = null;
        foreach (var operand in operands)
        {
            if (Admitted(operand) is not { } next) continue;
            if (result is null) result = next;
            else if ((long)result.Count * next.Count <= RangesMax)
                result = [.. result
                    .SelectMany(left => next.Select(right => left.And(right))).OfType<KeyRange>()];
        }
        return result;
    }

    List<KeyRange>? Equal(Expression path, Expression value)
    {
        if (path.Path is not { } names || value is not Expression.Literal { Value: var literal }) return null;
        var isId = names.SequenceEqual(IdPath) && literal.Kind == Kind.String;
        var isPartition = container.PartitionKeyPaths is [var only]
            && names.SequenceEqual(only) && KeyOf(literal) is not null;
        return isId || isPartition
            ? [new KeyRange(isPartition ? KeyOf(literal)!.Value.Text : null, isId ? literal.Text : null)]
            : null;
    }

    static PartitionKey? KeyOf(Value value) => value.Kind switch
    {
        Kind.String => PartitionKey.Of(value.Text),
        Kind.Number => PartitionKey.Of(value.Number),
        Kind.Boolean => PartitionKey.Of(value.IsTrue),
        Kind.Null => PartitionKey.Null,
        _ => null,
    };
}
