namespace Railyard.Local.Cosmos.Query;

enum ComparisonKind { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual }

enum ArithmeticKind { Add, Subtract, Multiply, Divide, Modulo }

enum AggregateKind { Count, Sum, Min, Max, Avg }

/// <summary>A scalar expression of the query language, as far as it is spoken here.</summary>
abstract record Expression
{
    public sealed record Literal(Value Value) : Expression;
    public sealed record Root : Expression;
    public sealed record Property(Expression Of, string Name) : Expression;
    public sealed record Item(Expression Of, int Index) : Expression;
    public sealed record Not(Expression Operand) : Expression;
    public sealed record Negative(Expression Operand) : Expression;
    public sealed record All(IReadOnlyList<Expression> Operands) : Expression;
    public sealed record Any(IReadOnlyList<Expression> Operands) : Expression;
    public sealed record Comparison(ComparisonKind Kind, Expression Left, Expression Right) : Expression;
    public sealed record Arithmetic(ArithmeticKind Kind, Expression Left, Expression Right) : Expression;
    public sealed record Concatenation(Expression Left, Expression Right) : Expression;
    public sealed record In(Expression Operand, IReadOnlyList<Expression> Candidates) : Expression;
    public sealed record Coalesce(Expression Left, Expression Right) : Expression;
    public sealed record Conditional(Expression Test, Expression Then, Expression Else) : Expression;
    public sealed record Call(Function Function, IReadOnlyList<Expression> Arguments) : Expression;
    public sealed record Aggregate(AggregateKind Kind, Expression Operand) : Expression;
    public sealed record ArrayOf(IReadOnlyList<Expression> Elements) : Expression;
    public sealed record ObjectOf(IReadOnlyList<(string Name, Expression Value)> Properties) : Expression;

    Expression()
    {
    }

    public IReadOnlyList<Expression> Children => this switch
    {
        Property node => [node.Of],
        Item node => [node.Of],
        Not node => [node.Operand],
        Negative node => [node.Operand],
        All node => node.Operands,
        Any node => node.Operands,
        Comparison node => [node.Left, node.Right],
        Arithmetic node => [node.Left, node.Right],
        Concatenation node => [node.Left, node.Right],
        In node => [node.Operand, .. node.Candidates],
        Coalesce node => [node.Left, node.Right],
        Conditional node => [node.Test, node.Then, node.Else],
        Call node => node.Arguments,
        Aggregate node => [node.Operand],
        ArrayOf node => node.Elements,
        ObjectOf node => [.. node.Properties.Select(property => property.Value)],
        _ => [],
    };

    /// <summary>The names from the root to here, or null where this is not a plain path.</summary>
    public IReadOnlyList<string>? Path => this switch
    {
        Root => [],
        Property { Of.Path: { } parent } node => [.. parent, node.Name],
        _ => null,
    };
}
