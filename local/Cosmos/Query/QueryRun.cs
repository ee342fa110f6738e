using System.Text.Json;

namespace Railyard.Local.Cosmos.Query;

/// <summary>One page of one query over a snapshot of its partition.</summary>
sealed class QueryRun(
    ParsedQuery query, ItemScan scan, IReadOnlyList<KeyRange> ranges, ResumePoint start, int itemsMax)
{
    readonly ResultPage page = new(itemsMax);
    int skip = start.Skip;
    int? take = start.Take;

    public ResultPage Page => page;

    /// <summary>Fills the page. Returns where the next one goes on, or null at the end.</summary>
    public ResumePoint? Fill()
    {
        if (query.HasAggregates) return Aggregate();
        return query.OrderBy.Count > 0 ? InOrder() : AsRead();
    }

    ResumePoint? AsRead()
    {
        var last = start.After;
        foreach (var item in scan.Read(ranges, start.After))
        {
            if (take == 0) return null;
            using var document = JsonDocument.Parse(item.Body);
            if (!query.Matches(document.RootElement)) continue;
            // A full page ends only where another result is known to follow, so no page comes empty.
            if (page.IsFull) return new ResumePoint(skip, take, last, []);
            Emit(item, document.RootElement);
            last = item.Key;
        }
        return null;
    }

    ResumePoint? InOrder()
    {
        if (take == 0) return null;
        var sorted = new SortedRows(query.OrderBy, start, checked(skip + itemsMax + 1));
        foreach (var item in scan.Read(ranges, after: null))
        {
            using var document = JsonDocument.Parse(item.Body);
            if (query.Matches(document.RootElement)) sorted.Offer(item.Key, document.RootElement);
        }
        SortedRow? last = null;
        foreach (var row in sorted.InOrder())
        {
            if (take == 0) return null;
            if (page.IsFull) return new ResumePoint(skip, take, last!.Key, last.SortKeys);
            var item = scan.Get(row.Key);
            using var document = JsonDocument.Parse(item.Body);
            Emit(item, document.RootElement);
            last = row;
        }
        return null;
    }

    void Emit(ScannedItem item, JsonElement document)
    {
        if (skip > 0)
        {
            skip--;
            return;
        }
        if (query.Selection is Selection.Everything) page.Add(item.Body);
        else if (query.Project(new Row(document)) is { IsDefined: true } result) page.Add(result);
        // A row whose result is undefined shows nothing, but it has been taken all the same.
        if (take is not null) take--;
    }

    ResumePoint? Aggregate()
    {
        var running = query.Aggregates.Select(aggregate => new RunningAggregate(aggregate)).ToList();
        foreach (var item in scan.Read(ranges, after: null))
        {
            using var document = JsonDocument.Parse(item.Body);
            if (!query.Matches(document.RootElement)) continue;
            foreach (var aggregate in running) aggregate.Add(new Row(document.RootElement));
        }
        var values = new Dictionary<Expression, Value>(ReferenceEqualityComparer.Instance);
        foreach (var aggregate in running) values[aggregate.Of] = aggregate.Result;
        if (query.Project(new Row(default, values)) is { IsDefined: true } result) page.Add(result);
        return null;
    }
}
