using System.Globalization;
using System.Text;

namespace Railyard.Local.Cosmos.Query;

enum TokenKind { Word, Parameter, Number, Text, Symbol, End }

/// <summary>One token and where it starts.</summary>
readonly record struct Token(TokenKind Kind, string Text, int Position, double Number = 0)
{
    public bool Is(string word) =>
        Kind is TokenKind.Word or TokenKind.Symbol && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Cuts a query into tokens.</summary>
static class Lexer
{
    static readonly string[] Symbols =
        ["<=", ">=", "!=", "<>", "||", "??", "=", "<", ">", "(", ")", "[", "]", "{", "}",
         ",", ".", ":", "*", "+", "-", "/", "%", "?"];

    public static List<Token> Tokens(string query)
    {
        var tokens = new List<Token>();
        var position = 0;
        while (true)
        {
            while (position < query.Length && char.IsWhiteSpace(query[position])) position++;
            var token = Next(query, position, out position);
            tokens.Add(token);
            if (token.Kind == TokenKind.End) return tokens;
        }
    }

    static Token Next(string query, int start, out int end)
    {
        end = start;
        if (start == query.Length) return new Token(TokenKind.End, "the end", start);
        var first = query[start];
        if (first is '\'' or '"') return Quoted(query, start, out end);
        if (char.IsAsciiDigit(first)) return Numeric(query, start, out end);
        if (IsWordStart(first) || first == '@') return Word(query, start, out end);
        var symbol = Array.Find(
            Symbols, known => string.CompareOrdinal(query, start, known, 0, known.Length) == 0)
            ?? throw new QueryRefused($"Syntax error at {start}: unexpected '{first}'.");
        end = start + symbol.Length;
        return new Token(TokenKind.Symbol, symbol, start);
    }

    static Token Word(string query, int start, out int end)
    {
        end = start + 1;
        while (end < query.Length && (IsWordStart(query[end]) || char.IsAsciiDigit(query[end]))) end++;
        var kind = query[start] == '@' ? TokenKind.Parameter : TokenKind.Word;
        return new Token(kind, query[start..end], start);
    }

    static Token Numeric(string query, int start, out int end)
    {
        end = start;
        while (end < query.Length && IsNumberPart(query, end)) end++;
        var text = query[start..end];
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? new Token(TokenKind.Number, text, start, number)
            : throw new QueryRefused($"Syntax error at {start}: '{text}' is not a number.");
    }

    static bool IsNumberPart(string query, int at) =>
        char.IsAsciiLetterOrDigit(query[at]) || query[at] == '.'
        || (query[at] is '+' or '-' && query[at - 1] is 'e' or 'E');

    static Token Quoted(string query, int start, out int end)
    {
        var text = new StringBuilder();
        var at = start + 1;
        for (; at < query.Length && query[at] != query[start]; at++)
            text.Append(query[at] == '\\' ? Escaped(query, ref at) : query[at]);
        if (at == query.Length) throw new QueryRefused($"Syntax error at {start}: the string does not end.");
        end = at + 1;
        return new Token(TokenKind.Text, text.ToString(), start);
    }

    static char Escaped(string query, ref int at)
    {
        at++;
        return (at < query.Length ? query[at] : '\0') switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\b',
            'f' => '\f',
            'u' => Unicode(query, ref at),
            var same and ('\\' or '\'' or '"' or '/') => same,
            _ => throw new QueryRefused($"Syntax error at {at}: unknown escape in a string."),
        };
    }

    static char Unicode(string query, ref int at)
    {
        if (at + 4 < query.Length
            && ushort.TryParse(query.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, null, out var code))
        {
            at += 4;
            return (char)code;
        }
        throw new QueryRefused($"Syntax error at {at}: unknown escape in a string.");
    }

    static bool IsWordStart(char character) => char.IsAsciiLetter(character) || character == '_';
}
