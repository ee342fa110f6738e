using System.Text.Json;

namespace Railyard.Local.Cosmos.Query;

/// <summary>A row in its place in the order.</summary>
sealed record SortedRow(ItemKey Key, IReadOnlyList<Value> SortKeys);

/// <summary>The first rows of an order after a given place: bounded, however many rows are offered.</summary>
sealed class SortedRows : IComparer<SortedRow>
{
    readonly IReadOnlyList<Ordering> ordering;
    readonly int rowsMax;
    readonly SortedRow? after;
    readonly PriorityQueue<SortedRow, SortedRow> kept;

    public SortedRows(IReadOnlyList<Ordering> ordering, ResumePoint start, int rowsMax)
    {
        this.ordering = ordering;
        this.rowsMax = rowsMax;
        after = start.After is { } key ? new SortedRow(key, start.SortKeys) : null;
        // The last in order comes out first, to make room for a better one.
        kept = new PriorityQueue<SortedRow, SortedRow>(
            Comparer<SortedRow>.Create((left, right) => Compare(right, left)));
    }

    public void Offer(ItemKey key, JsonElement document)
    {
        var row = new Row(document);
        var values = ordering.Select(one => Evaluation.Of(one.Path, row).ForOrdering()).ToArray();
        if (Array.Exists(values, value => !value.IsDefined)) return;
        var offered = new SortedRow(key, values);
        if (after is not null && Compare(offered, after) <= 0) return;
        if (kept.Count < rowsMax) kept.Enqueue(offered, offered);
        else kept.EnqueueDequeue(offered, offered);
    }

    public IEnumerable<SortedRow> InOrder()
    {
        var rows = new Stack<SortedRow>(kept.Count);
        while (kept.TryDequeue(out var row, out _)) rows.Push(row);
        return rows;
    }

    public int Compare(SortedRow? x, SortedRow? y)
    {
        for (var i = 0; i < ordering.Count; i++)
        {
            var order = Value.Order(x!.SortKeys[i], y!.SortKeys[i]);
            if (order != 0) return ordering[i].IsDescending ? -order : order;
        }
        return ItemKey.Order.Compare(x!.Key, y!.Key);
    }
}
