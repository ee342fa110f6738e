using System.Text.Json.Nodes;
using Railyard.Local.Cosmos.Catalog;
using Railyard.Local.Cosmos.Wire;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Cosmos.Query;

/// <summary>Queries over one partition, or simple filters over all of them.</summary>
sealed class ItemQueries(Database database, TimeProvider time)
{
    const int SkipMax = 100_000;

    public Answer Run(ItemRequest asked, Page page)
    {
        try
        {
            var text = QueryText.Read(asked);
            Check(text.Query, asked);
            return database.Read(session => Run(session, asked, text, page));
        }
        catch (QueryRefused refusal)
        {
            return Answer.BadRequest(refusal.Message);
        }
    }

    /// <summary>The plan for a client that cannot make its own: run the query as it is.</summary>
    public static Answer Plan(ItemRequest asked)
    {
        try
        {
            var query = QueryText.Read(asked).Query;
            Check(query, asked);
            return Answer.Json(200, PlanOf(asked.Container.IsHierarchical ? WithoutLimits(query) : query));
        }
        catch (QueryRefused refusal)
        {
            return Answer.BadRequest(refusal.Message);
        }
    }

    Answer Run(Session session, ItemRequest asked, QueryText text, Page page)
    {
        var start = page.Continuation is { } token
            ? ResumePoint.Read(token, text.Fingerprint)
            : ResumePoint.Start(text.Query);
        // One snapshot, so that what was found while sorting is still there when it is returned.
        session.Execute("BEGIN");
        try
        {
            var scan = new ItemScan(
                session, asked.Container, asked.Interval, time.GetUtcNow().ToUnixTimeSeconds());
            var ranges = new KeyFilter(asked.Container).Ranges(text.Query.Filter, asked.PartitionKey);
            var run = new QueryRun(text.Query, scan, ranges, start, page.ItemsMax);
            var next = run.Fill();
            return new Answer(200)
            {
                Body = run.Page.ToBody(asked.Container.ResourceId),
                ItemCount = run.Page.Count,
                Continuation = next?.Write(text.Fingerprint),
                Charge = RequestCharge.OfQuery(scan.ItemsRead, run.Page.Bytes),
            };
        }
        finally
        {
            session.Execute("COMMIT");
        }
    }

    static void Check(ParsedQuery query, ItemRequest asked)
    {
        if (query.Skip > SkipMax) throw QueryRefused.Unsupported($"OFFSET beyond {SkipMax}");
        var indexes = asked.Container.CompositeIndexes;
        if (query.OrderBy.Count > 1 && !indexes.Any(index => Serves(index, query.OrderBy)))
            throw new QueryRefused(
                "The order by query does not have a corresponding composite index to be served from.");
        if (asked.PartitionKey is not null) return;
        var what = query.HasAggregates ? "An aggregate"
            : query.OrderBy.Count > 0 ? "ORDER BY"
            : query.Take is not null ? "TOP or OFFSET LIMIT"
            : null;
        if (what is not null) throw QueryRefused.Unsupported($"{what} without a partition key");
    }

    // An index serves its own order and the exact reverse of it.
    static bool Serves(CompositeIndex index, IReadOnlyList<Ordering> ordering)
    {
        if (index.Paths.Count != ordering.Count) return false;
        var pairs = index.Paths.Zip(ordering).ToList();
        return pairs.TrueForAll(pair => pair.First.Path == "/" + string.Join('/', pair.Second.Path.Path!))
            && pairs.DistinctBy(pair => pair.First.IsDescending == pair.Second.IsDescending).Count() == 1;
    }

    // With several levels the SDK would skip and take a second time what we have skipped and taken.
    static ParsedQuery WithoutLimits(ParsedQuery query) =>
        query with { Skip = 0, Take = null, IsTop = false };

    static JsonObject PlanOf(ParsedQuery query) => new()
    {
        ["partitionedQueryExecutionInfoVersion"] = 2,
        ["queryInfo"] = new JsonObject
        {
            ["distinctType"] = "None",
            ["top"] = query.IsTop ? query.Take : null,
            ["offset"] = query.IsTop || query.Take is null ? null : query.Skip,
            ["limit"] = query.IsTop ? null : query.Take,
            ["orderBy"] = new JsonArray(),
            ["orderByExpressions"] = new JsonArray(),
            ["groupByExpressions"] = new JsonArray(),
            ["groupByAliases"] = new JsonArray(),
            ["aggregates"] = new JsonArray(),
            ["groupByAliasToAggregateType"] = new JsonObject(),
            ["rewrittenQuery"] = "",
            ["hasSelectValue"] = query.Selection is Selection.One,
            ["dCountInfo"] = null,
            ["hasNonStreamingOrderBy"] = false,
        },
        ["queryRanges"] = new JsonArray(new JsonObject
        {
            ["min"] = "",
            ["max"] = "FF",
            ["isMinInclusive"] = true,
            ["isMaxInclusive"] = false,
        }),
    };
}
