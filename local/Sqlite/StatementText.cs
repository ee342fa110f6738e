namespace Railyard.Local.Sqlite;

/// <summary>
/// Tells statements apart by their length and their last characters, and only then by all of them: they are long, and
/// looked up at every use.
/// </summary>
sealed class StatementText : IEqualityComparer<string>
{
    const int CharactersHashed = 16;

    public static readonly StatementText Comparer = new();

    public bool Equals(string? left, string? right) => string.Equals(left, right, StringComparison.Ordinal);

    public int GetHashCode(string text)
    {
        var end = text.AsSpan(Math.Max(0, text.Length - CharactersHashed));
        return HashCode.Combine(text.Length, string.GetHashCode(end, StringComparison.Ordinal));
    }
}
