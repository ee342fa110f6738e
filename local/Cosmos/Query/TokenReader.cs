namespace Railyard.Local.Cosmos.Query;

/// <summary>The tokens of a query and how far they have been read.</summary>
sealed class TokenReader(List<Token> tokens)
{
    int position;

    public Token Next => tokens[position];

    public Token Take() => tokens[Next.Kind == TokenKind.End ? position : position++];

    public bool Accept(string word)
    {
        if (!Next.Is(word)) return false;
        position++;
        return true;
    }

    public void Expect(string word)
    {
        if (!Accept(word)) throw Unexpected(word);
    }

    public string Word(string what) =>
        Next.Kind == TokenKind.Word ? Take().Text : throw Unexpected(what);

    public void ExpectEnd()
    {
        if (Next.Kind != TokenKind.End) throw Unexpected("the end");
    }

    /// <summary>Reads what starts at <paramref name="word"/> first, then what stands before it.</summary>
    public T Deferred<T>(string word, Action later, Func<T> earlier)
    {
        var start = position;
        position = IndexOf(word);
        var boundary = position;
        later();
        var resume = position;
        position = start;
        var result = earlier();
        if (position != boundary) throw Unexpected(word);
        position = resume;
        return result;
    }

    // A property may be called like a keyword: c.from.
    int IndexOf(string word)
    {
        for (var i = position; i < tokens.Count; i++)
            if (tokens[i].Is(word) && !(i > 0 && tokens[i - 1].Is("."))) return i;
        return tokens.Count - 1;
    }

    public QueryRefused Unexpected(string wanted) =>
        new($"Syntax error at {Next.Position}: '{Next.Text}' where {wanted} was expected.");
}
