namespace Railyard.Core.Settlement.Bank;

/// <summary>A field of a SWIFT message: its tag, and its value with the lines that continue it.</summary>
sealed record SwiftField(string Tag, int Line, List<string> Values)
{
    /// <summary>The first line of the value.</summary>
    public string Value => Values[0];
}

/// <summary>Reads SWIFT MT940, with its envelope or without.</summary>
sealed class Mt940
{
    readonly StatementDraft draft = new(StatementFormat.Mt940);
    readonly List<SwiftField> fields = [];

    /// <summary>Whether a line is how such a file begins.</summary>
    public static bool Begins(string line) => line.StartsWith(":20:", StringComparison.Ordinal) || line.StartsWith("{1:", StringComparison.Ordinal);

    /// <summary>The file of those lines.</summary>
    public static StatementFile Read(string[] lines)
    {
        var reader = new Mt940();
        for (var i = 0; i < lines.Length; i++) reader.Add(WithoutEnvelope(lines[i]), i + 1);
        reader.End();
        return reader.draft.Statement > 0
            ? reader.draft.ToFile()
            : StatementReader.Rejected(1, new("file", "a statement, which begins with :20:", StatementFields.Shown(lines[0])));
    }

    void Add(string line, int number)
    {
        if (line is "-" || line.StartsWith("-}", StringComparison.Ordinal)) End();
        else if (TagOf(line) is { } tag)
        {
            if (tag == "20") End();
            fields.Add(new(tag, number, [line[(tag.Length + 2)..]]));
        }
        else if (fields.Count > 0) fields[^1].Values.Add(line);
    }

    void End()
    {
        if (fields.Count > 0)
        {
            draft.Begin();
            new SwiftStatement(draft, fields).Read();
        }
        fields.Clear();
    }

    static string? TagOf(string line)
    {
        if (line.Length < 4 || line[0] != ':' || !char.IsAsciiDigit(line[1]) || !char.IsAsciiDigit(line[2])) return null;
        if (line[3] == ':') return line[1..3];
        return line.Length > 4 && char.IsAsciiLetterUpper(line[3]) && line[4] == ':' ? line[1..4] : null;
    }

    // What stands around the message says who sent it to whom; the message itself begins after {4:.
    static string WithoutEnvelope(string line)
    {
        const string text = "{4:";
        if (!line.StartsWith('{')) return line.TrimEnd();
        var start = line.IndexOf(text, StringComparison.Ordinal);
        return start < 0 ? "" : line[(start + text.Length)..];
    }
}
