namespace Railyard.Local.Cosmos.Query;

/// <summary>Reads the clauses of a query, and refuses by name what it does not know.</summary>
sealed class QueryParser
{
    const int QueryCharactersMax = 262_144;

    static readonly string[] Clauses =
        ["FROM", "WHERE", "ORDER", "OFFSET", "GROUP", "JOIN", "IN", "LIMIT", "AS"];

    readonly TokenReader tokens;
    readonly ExpressionParser expressions;

    QueryParser(string query, IReadOnlyDictionary<string, Value> parameters)
    {
        tokens = new TokenReader(Lexer.Tokens(query));
        expressions = new ExpressionParser(tokens, parameters);
    }

    /// <exception cref="QueryRefused">The query is wrong or asks for what is not supported.</exception>
    public static ParsedQuery Parse(string query, IReadOnlyDictionary<string, Value> parameters)
    {
        if (query.Length > QueryCharactersMax)
            throw new QueryRefused($"The query is longer than {QueryCharactersMax} characters.");
        return new QueryParser(query, parameters).Query();
    }

    ParsedQuery Query()
    {
        tokens.Expect("SELECT");
        if (tokens.Accept("DISTINCT")) throw QueryRefused.Unsupported("DISTINCT");
        var top = tokens.Accept("TOP") ? Count("TOP") : (int?)null;
        var selection = tokens.Deferred(Clauses[0], SourceAlias, Selection);
        var filter = tokens.Accept("WHERE") ? expressions.Parse() : null;
        if (tokens.Accept("GROUP")) throw QueryRefused.Unsupported("GROUP BY");
        var ordering = tokens.Accept("ORDER") ? OrderBy() : [];
        var (skip, limit) = tokens.Accept("OFFSET") ? OffsetAndLimit() : (0, null);
        tokens.ExpectEnd();
        if (top is not null && limit is not null)
            throw new QueryRefused("TOP cannot be used with OFFSET LIMIT.");
        return Checked(new ParsedQuery(selection, filter, ordering, skip, top ?? limit, top is not null));
    }

    static ParsedQuery Checked(ParsedQuery query)
    {
        if (query.Filter is { } filter && ParsedQuery.AggregatesIn(filter).Any())
            throw new QueryRefused("An aggregate cannot be used in WHERE.");
        if (!query.HasAggregates) return query;
        if (query.Selection.Expressions.Any(ParsedQuery.ReadsRowsOutsideAggregates))
            throw QueryRefused.Unsupported("Selecting properties beside aggregates (GROUP BY)");
        if (query.OrderBy.Count > 0 || query.Take is not null)
            throw QueryRefused.Unsupported("ORDER BY, TOP or OFFSET LIMIT over aggregates");
        if (query.Aggregates.Any(aggregate => ParsedQuery.AggregatesIn(aggregate.Operand).Any()))
            throw new QueryRefused("An aggregate cannot be used inside an aggregate.");
        return query;
    }

    // The alias is known only after FROM, which comes after the expressions that use it: it is read first.
    void SourceAlias()
    {
        if (!tokens.Accept("FROM")) throw QueryRefused.Unsupported("A query without FROM");
        var source = tokens.Word("a source");
        if (tokens.Next.Is(".") || tokens.Next.Is("[")) throw QueryRefused.Unsupported("FROM a path");
        if (tokens.Next.Is("IN")) throw QueryRefused.Unsupported("FROM … IN");
        var isNamed = tokens.Accept("AS") || (tokens.Next.Kind == TokenKind.Word && !IsClause(tokens.Next));
        expressions.Alias = isNamed ? tokens.Word("an alias") : source;
        if (tokens.Next.Is("JOIN")) throw QueryRefused.Unsupported("JOIN");
    }

    Selection Selection()
    {
        if (tokens.Accept("*")) return new Selection.Everything();
        if (tokens.Accept("VALUE")) return new Selection.One(expressions.Parse());
        var properties = new List<(string, Expression)>();
        do properties.Add(NamedProperty(properties.Count + 1));
        while (tokens.Accept(","));
        return new Selection.Named(new Expression.ObjectOf(properties));
    }

    (string, Expression) NamedProperty(int ordinal)
    {
        var value = expressions.Parse();
        if (tokens.Accept("AS")) return (tokens.Word("an alias"), value);
        if (tokens.Next.Kind == TokenKind.Word && !IsClause(tokens.Next))
            return (tokens.Word("an alias"), value);
        return (value is Expression.Property property ? property.Name : $"${ordinal}", value);
    }

    List<Ordering> OrderBy()
    {
        tokens.Expect("BY");
        var ordering = new List<Ordering>();
        do
        {
            var path = expressions.Parse();
            if (path.Path is not { Count: > 0 })
                throw QueryRefused.Unsupported("ORDER BY something other than a path");
            var isDescending = tokens.Accept("DESC");
            if (!isDescending) tokens.Accept("ASC");
            ordering.Add(new Ordering(path, isDescending));
        }
        while (tokens.Accept(","));
        return ordering;
    }

    (int, int?) OffsetAndLimit()
    {
        var skip = Count("OFFSET");
        tokens.Expect("LIMIT");
        return (skip, Count("LIMIT"));
    }

    int Count(string clause) =>
        expressions.Primary() is Expression.Literal { Value: { Kind: Kind.Number, Number: var number } }
        && double.IsInteger(number) && number is >= 0 and <= int.MaxValue
            ? (int)number
            : throw new QueryRefused($"{clause} needs a whole number that is not negative.");

    static bool IsClause(Token token) => Array.Exists(Clauses, token.Is);
}
