namespace Railyard.Core.Settlement;

/// <summary>The columns of a header, found by name whatever their order, case and blanks.</summary>
sealed class ColumnNames
{
    readonly Dictionary<string, int> places = new(StringComparer.OrdinalIgnoreCase);
    readonly HashSet<string> twice = new(StringComparer.OrdinalIgnoreCase);

    public ColumnNames(in CsvRecord header, int from = 0)
    {
        for (var i = from; i < header.Count; i++)
        {
            var name = string.Join(' ', header.Text(i).Split(' ', StringSplitOptions.RemoveEmptyEntries));
            if (!places.TryAdd(name, i)) twice.Add(name);
        }
    }

    /// <summary>Where the column is; none where it is not there.</summary>
    public int this[string name] => places.GetValueOrDefault(name, CsvRecord.NoColumn);

    /// <summary>Where the first of these columns is that is there.</summary>
    public int FirstOf(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (places.TryGetValue(name, out var place)) return place;
        return CsvRecord.NoColumn;
    }

    /// <summary>The first of the names that is missing, or that two columns have: which of them to read would be a guess.</summary>
    public string? FirstMissing(IReadOnlyList<string> names)
    {
        foreach (var name in names)
            if (!places.ContainsKey(name) || twice.Contains(name)) return name;
        return null;
    }
}
