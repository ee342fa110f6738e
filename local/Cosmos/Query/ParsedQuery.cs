using System.Text.Json;

namespace Railyard.Local.Cosmos.Query;

/// <summary>What a query returns for a row.</summary>
abstract record Selection
{
    public sealed record Everything : Selection;
    public sealed record One(Expression Value) : Selection;
    public sealed record Named(Expression.ObjectOf Properties) : Selection;

    Selection()
    {
    }

    public IReadOnlyList<Expression> Expressions => this switch
    {
        One one => [one.Value],
        Named named => named.Properties.Children,
        _ => [],
    };
}

sealed record Ordering(Expression Path, bool IsDescending);

/// <summary>A query that is understood in full.</summary>
sealed record ParsedQuery(
    Selection Selection, Expression? Filter, IReadOnlyList<Ordering> OrderBy, int Skip, int? Take, bool IsTop)
{
    public IReadOnlyList<Expression.Aggregate> Aggregates { get; } =
        [.. Selection.Expressions.SelectMany(AggregatesIn)];

    public bool HasAggregates => Aggregates.Count > 0;

    public bool Matches(JsonElement document) =>
        Filter is null || Evaluation.Of(Filter, new Row(document)).IsTrue;

    /// <summary>The result for a row; undefined results are left out by the caller.</summary>
    public Value Project(Row row) => Selection switch
    {
        Selection.One one => Evaluation.Of(one.Value, row),
        Selection.Named named => Evaluation.Of(named.Properties, row),
        _ => Value.Of(row.Document),
    };

    public static IEnumerable<Expression.Aggregate> AggregatesIn(Expression expression) =>
        expression is Expression.Aggregate aggregate
            ? [aggregate]
            : expression.Children.SelectMany(AggregatesIn);

    public static bool ReadsRowsOutsideAggregates(Expression expression) => expression switch
    {
        Expression.Root => true,
        Expression.Aggregate => false,
        _ => expression.Children.Any(ReadsRowsOutsideAggregates),
    };
}
