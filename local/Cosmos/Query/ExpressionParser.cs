namespace Railyard.Local.Cosmos.Query;

/// <summary>Reads scalar expressions by precedence.</summary>
sealed class ExpressionParser(TokenReader tokens, IReadOnlyDictionary<string, Value> parameters)
{
    const int NestingMax = 100;

    static readonly Dictionary<string, ComparisonKind> Comparisons = new()
    {
        ["="] = ComparisonKind.Equal,
        ["!="] = ComparisonKind.NotEqual,
        ["<>"] = ComparisonKind.NotEqual,
        ["<"] = ComparisonKind.Less,
        ["<="] = ComparisonKind.LessOrEqual,
        [">"] = ComparisonKind.Greater,
        [">="] = ComparisonKind.GreaterOrEqual,
    };

    static readonly string[] NotExpressions = ["SELECT", "EXISTS", "ARRAY", "UDF", "ALL", "FIRST", "LAST"];

    int nesting;

    /// <summary>The name under which the query speaks of its documents.</summary>
    public string? Alias { get; set; }

    public Expression Parse()
    {
        if (++nesting > NestingMax) throw new QueryRefused($"The query nests deeper than {NestingMax}.");
        var test = Either();
        while (tokens.Accept("??")) test = new Expression.Coalesce(test, Either());
        if (tokens.Accept("?"))
        {
            var then = Parse();
            tokens.Expect(":");
            test = new Expression.Conditional(test, then, Parse());
        }
        nesting--;
        return test;
    }

    public Expression Primary()
    {
        var token = tokens.Take();
        return token.Kind switch
        {
            TokenKind.Number => new Expression.Literal(Value.Of(token.Number)),
            TokenKind.Text => new Expression.Literal(Value.Of(token.Text)),
            TokenKind.Parameter => Parameter(token.Text),
            TokenKind.Word => Named(token),
            TokenKind.Symbol when token.Is("(") => Parenthesised(),
            TokenKind.Symbol when token.Is("[") => new Expression.ArrayOf(List("]")),
            TokenKind.Symbol when token.Is("{") => ObjectLiteral(),
            _ => throw new QueryRefused($"Syntax error at {token.Position}: unexpected '{token.Text}'."),
        };
    }

    Expression Either()
    {
        var operands = new List<Expression> { Both() };
        while (tokens.Accept("OR")) operands.Add(Both());
        return operands.Count == 1 ? operands[0] : new Expression.Any(operands);
    }

    Expression Both()
    {
        var operands = new List<Expression> { Comparison() };
        while (tokens.Accept("AND")) operands.Add(Comparison());
        return operands.Count == 1 ? operands[0] : new Expression.All(operands);
    }

    Expression Comparison()
    {
        var isNot = tokens.Next.Is("NOT");
        var left = Sum();
        if (isNot && IsComparison(tokens.Next))
            throw QueryRefused.Unsupported("NOT before a comparison without parentheses");
        if (tokens.Accept("NOT")) return new Expression.Not(Membership(left));
        if (tokens.Next.Is("IN") || tokens.Next.Is("BETWEEN") || tokens.Next.Is("LIKE"))
            return Membership(left);
        if (tokens.Next.Kind != TokenKind.Symbol) return left;
        if (!Comparisons.TryGetValue(tokens.Next.Text, out var kind)) return left;
        tokens.Take();
        return new Expression.Comparison(kind, left, Sum());
    }

    Expression Membership(Expression operand)
    {
        if (tokens.Accept("IN"))
        {
            tokens.Expect("(");
            return new Expression.In(operand, List(")"));
        }
        if (!tokens.Accept("BETWEEN")) throw QueryRefused.Unsupported(tokens.Next.Text);
        var low = new Expression.Comparison(ComparisonKind.GreaterOrEqual, operand, Sum());
        tokens.Expect("AND");
        return new Expression.All(
            [low, new Expression.Comparison(ComparisonKind.LessOrEqual, operand, Sum())]);
    }

    Expression Sum()
    {
        var left = Product();
        while (true)
        {
            if (tokens.Accept("+"))
                left = new Expression.Arithmetic(ArithmeticKind.Add, left, Product());
            else if (tokens.Accept("-"))
                left = new Expression.Arithmetic(ArithmeticKind.Subtract, left, Product());
            else if (tokens.Accept("||")) left = new Expression.Concatenation(left, Product());
            else return left;
        }
    }

    Expression Product()
    {
        var left = Unary();
        while (true)
        {
            if (tokens.Accept("*")) left = new Expression.Arithmetic(ArithmeticKind.Multiply, left, Unary());
            else if (tokens.Accept("/"))
                left = new Expression.Arithmetic(ArithmeticKind.Divide, left, Unary());
            else if (tokens.Accept("%"))
                left = new Expression.Arithmetic(ArithmeticKind.Modulo, left, Unary());
            else return left;
        }
    }

    Expression Unary()
    {
        if (++nesting > NestingMax) throw new QueryRefused($"The query nests deeper than {NestingMax}.");
        var result = tokens.Accept("NOT") ? new Expression.Not(Unary())
            : tokens.Accept("-") ? Negative(Unary())
            : Suffixed(Primary());
        nesting--;
        return result;
    }

    static Expression Negative(Expression operand) =>
        operand is Expression.Literal { Value: { Kind: Kind.Number, Number: var number } }
            ? new Expression.Literal(Value.Of(-number))
            : new Expression.Negative(operand);

    Expression Suffixed(Expression operand)
    {
        while (true)
        {
            if (tokens.Accept("."))
                operand = new Expression.Property(operand, tokens.Word("a property name"));
            else if (tokens.Accept("[")) operand = Indexed(operand);
            else return operand;
        }
    }

    Expression Indexed(Expression operand)
    {
        var index = Primary();
        tokens.Expect("]");
        return index switch
        {
            Expression.Literal { Value: { Kind: Kind.String, Text: var name } } =>
                new Expression.Property(operand, name),
            Expression.Literal { Value: { Kind: Kind.Number, Number: var number } }
                when double.IsInteger(number) && number is >= 0 and <= int.MaxValue =>
                new Expression.Item(operand, (int)number),
            _ => throw QueryRefused.Unsupported("A computed index"),
        };
    }

    Expression Named(Token token)
    {
        if (token.Is("true")) return new Expression.Literal(Value.True);
        if (token.Is("false")) return new Expression.Literal(Value.False);
        if (token.Is("null")) return new Expression.Literal(Value.Null);
        if (token.Is("undefined")) return new Expression.Literal(Value.Undefined);
        if (tokens.Accept("(")) return Call(token.Text);
        if (token.Text == Alias) return new Expression.Root();
        if (Array.Exists(NotExpressions, token.Is))
            throw QueryRefused.Unsupported(token.Text.ToUpperInvariant());
        throw new QueryRefused($"Identifier '{token.Text}' could not be resolved.");
    }

    Expression Call(string name)
    {
        if (Array.Exists(NotExpressions, word => word.Equals(name, StringComparison.OrdinalIgnoreCase)))
            throw QueryRefused.Unsupported(name.ToUpperInvariant());
        var arguments = List(")");
        if (Enum.TryParse<AggregateKind>(name, ignoreCase: true, out var aggregate))
            return arguments.Count == 1
                ? new Expression.Aggregate(aggregate, arguments[0])
                : throw new QueryRefused($"The function {name} takes one argument.");
        var function = Function.Find(name) ?? throw QueryRefused.Unsupported($"The function {name}");
        if (arguments.Count < function.ArgumentsMin || arguments.Count > function.ArgumentsMax)
            throw new QueryRefused($"The function {name} does not take {arguments.Count} arguments.");
        return new Expression.Call(function, arguments);
    }

    Expression.Literal Parameter(string name) =>
        parameters.TryGetValue(name, out var value)
            ? new Expression.Literal(value)
            : throw new QueryRefused($"The parameter {name} has no value.");

    Expression Parenthesised()
    {
        if (tokens.Next.Is("SELECT")) throw QueryRefused.Unsupported("A subquery");
        var inner = Parse();
        tokens.Expect(")");
        return inner;
    }

    List<Expression> List(string end)
    {
        var elements = new List<Expression>();
        if (tokens.Accept(end)) return elements;
        do elements.Add(Parse());
        while (tokens.Accept(","));
        tokens.Expect(end);
        return elements;
    }

    Expression.ObjectOf ObjectLiteral()
    {
        var properties = new List<(string, Expression)>();
        if (tokens.Accept("}")) return new Expression.ObjectOf(properties);
        do
        {
            var name = tokens.Take();
            if (name.Kind is not (TokenKind.Text or TokenKind.Word))
                throw new QueryRefused($"Syntax error at {name.Position}: a property name was expected.");
            tokens.Expect(":");
            properties.Add((name.Text, Parse()));
        }
        while (tokens.Accept(","));
        tokens.Expect("}");
        return new Expression.ObjectOf(properties);
    }

    static bool IsComparison(Token token) =>
        token.Is("IN") || token.Is("BETWEEN") || token.Is("LIKE") || token.Is("NOT")
        || (token.Kind == TokenKind.Symbol && Comparisons.ContainsKey(token.Text));
}
