using System.Diagnostics;
using System.Text.Json;

namespace Railyard.Local.Cosmos.Query;

/// <summary>One document that a query looks at, or the aggregates over all of them.</summary>
readonly record struct Row(JsonElement Document, IReadOnlyDictionary<Expression, Value>? Aggregates = null);

/// <summary>What an expression is worth for a row. Undefined spreads as it does in the service.</summary>
static class Evaluation
{
    public static Value Of(Expression expression, Row row) => expression switch
    {
        Expression.Literal literal => literal.Value,
        Expression.Root => Value.Of(row.Document),
        Expression.Property property => Of(property.Of, row).Property(property.Name),
        Expression.Item item => Of(item.Of, row).Item(item.Index),
        Expression.Comparison comparison =>
            Compare(comparison.Kind, Of(comparison.Left, row), Of(comparison.Right, row)),
        Expression.All all => AllOf(all, row),
        Expression.Any any => AnyOf(any, row),
        Expression.Not not => Negate(Of(not.Operand, row)),
        Expression.In isIn => IsIn(isIn, row),
        Expression.Call call =>
            call.Function.Evaluate([.. call.Arguments.Select(argument => Of(argument, row))]),
        Expression.Aggregate aggregate => row.Aggregates![aggregate],
        Expression.Arithmetic sum => Calculate(sum.Kind, Of(sum.Left, row), Of(sum.Right, row)),
        Expression.Negative negative => Calculate(
            ArithmeticKind.Subtract, Value.Of(0), Of(negative.Operand, row)),
        Expression.Concatenation both => Concatenate(Of(both.Left, row), Of(both.Right, row)),
        Expression.Coalesce either =>
            Of(either.Left, row) is { IsDefined: true } value ? value : Of(either.Right, row),
        Expression.Conditional choice =>
            Of(choice.Test, row).IsTrue ? Of(choice.Then, row) : Of(choice.Else, row),
        Expression.ArrayOf array => ArrayOf(array, row),
        Expression.ObjectOf made => ObjectOf(made, row),
        _ => throw new UnreachableException(),
    };

    public static Value Compare(ComparisonKind kind, Value left, Value right)
    {
        if (kind == ComparisonKind.Equal) return Value.AreEqual(left, right);
        if (kind == ComparisonKind.NotEqual) return Negate(Value.AreEqual(left, right));
        if (Value.Compare(left, right) is not { } order) return Value.Undefined;
        return Value.Of(kind switch
        {
            ComparisonKind.Equal => order == 0,
            ComparisonKind.NotEqual => order != 0,
            ComparisonKind.Less => order < 0,
            ComparisonKind.LessOrEqual => order <= 0,
            ComparisonKind.Greater => order > 0,
            ComparisonKind.GreaterOrEqual => order >= 0,
        });
    }

    // False decides an AND, whatever the rest is worth; else one undefined part makes the whole undefined.
    static Value AllOf(Expression.All all, Row row)
    {
        var result = Value.True;
        foreach (var operand in all.Operands)
        {
            var value = Of(operand, row);
            if (value is { Kind: Kind.Boolean, IsTrue: false }) return Value.False;
            if (value.Kind != Kind.Boolean) result = Value.Undefined;
        }
        return result;
    }

    static Value AnyOf(Expression.Any any, Row row)
    {
        var result = Value.False;
        foreach (var operand in any.Operands)
        {
            var value = Of(operand, row);
            if (value.IsTrue) return Value.True;
            if (value.Kind != Kind.Boolean) result = Value.Undefined;
        }
        return result;
    }

    static Value Negate(Value value) =>
        value.Kind == Kind.Boolean ? Value.Of(!value.IsTrue) : Value.Undefined;

    static Value IsIn(Expression.In isIn, Row row)
    {
        var operand = Of(isIn.Operand, row);
        if (!operand.IsDefined) return Value.Undefined;
        foreach (var candidate in isIn.Candidates)
            if (Value.AreEqual(operand, Of(candidate, row)).IsTrue) return Value.True;
        return Value.False;
    }

    static Value Calculate(ArithmeticKind kind, Value left, Value right)
    {
        if (left.Kind != Kind.Number || right.Kind != Kind.Number) return Value.Undefined;
        return Value.Of(kind switch
        {
            ArithmeticKind.Add => left.Number + right.Number,
            ArithmeticKind.Subtract => left.Number - right.Number,
            ArithmeticKind.Multiply => left.Number * right.Number,
            ArithmeticKind.Divide => left.Number / right.Number,
            ArithmeticKind.Modulo => left.Number % right.Number,
        });
    }

    static Value Concatenate(Value left, Value right) =>
        left.Kind == Kind.String && right.Kind == Kind.String
            ? Value.Of(left.Text + right.Text)
            : Value.Undefined;

    static Value ArrayOf(Expression.ArrayOf array, Row row)
    {
        var elements = array.Elements
            .Select(element => Of(element, row)).Where(value => value.IsDefined).ToList();
        return Value.Build(writer =>
        {
            writer.WriteStartArray();
            foreach (var element in elements) element.WriteTo(writer);
            writer.WriteEndArray();
        });
    }

    static Value ObjectOf(Expression.ObjectOf made, Row row)
    {
        var properties = made.Properties
            .Select(property => (property.Name, Value: Of(property.Value, row))).ToList();
        return Value.Build(writer =>
        {
            writer.WriteStartObject();
            foreach (var (name, value) in properties.Where(property => property.Value.IsDefined))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
            writer.WriteEndObject();
        });
    }
}
