using System.Text;

namespace Railyard.Core.Settlement.Bank;

/// <summary>An element with all that is in it; small, because only entries and balances are held whole.</summary>
sealed class XmlElement(string name, int line)
{
    readonly List<XmlElement> children = [];
    readonly StringBuilder text = new();
    IReadOnlyList<(string Name, string Value)> attributes = [];

    public string Name { get; } = name;

    public int Line { get; } = line;

    /// <summary>How it is written.</summary>
    public string Raw { get; private set; } = "";

    /// <summary>Its own text, without what is around it.</summary>
    public string Text => text.ToString().Trim();

    /// <summary>Its elements of that name.</summary>
    public IEnumerable<XmlElement> All(string child) => children.Where(one => one.Name == child);

    /// <summary>The first of that name, then the first of the next name in it, and so on; null where one is missing.</summary>
    public XmlElement? Find(params ReadOnlySpan<string> path)
    {
        var found = this;
        foreach (var step in path)
        {
            found = found.children.Find(one => one.Name == step);
            if (found is null) return null;
        }
        return found;
    }

    /// <summary>The text at the end of a path; null where there is none.</summary>
    public string? TextOf(params ReadOnlySpan<string> path) => Find(path)?.Text is { Length: > 0 } found ? found : null;

    /// <summary>An attribute's value; empty where there is none.</summary>
    public string Attribute(string attribute) =>
        attributes.Where(one => one.Name == attribute).Select(one => one.Value).FirstOrDefault() ?? "";

    /// <summary>The element that the cursor has just come to, to its end; null where the text is broken.</summary>
    public static XmlElement? Read(XmlCursor cursor)
    {
        var start = cursor.Position;
        var root = Begin(cursor);
        var open = new Stack<XmlElement>([root]);
        while (open.Count > 0)
        {
            switch (cursor.Read())
            {
                case XmlStep.Start:
                    var child = Begin(cursor);
                    open.Peek().children.Add(child);
                    open.Push(child);
                    break;
                case XmlStep.Text:
                    open.Peek().text.Append(cursor.Value);
                    break;
                case XmlStep.End:
                    open.Pop();
                    break;
                case XmlStep.EndOfFile or XmlStep.Broken:
                    return null;
            }
        }
        root.Raw = cursor.Between(start, Math.Min(cursor.Next, start + StatementFields.LongestText));
        return root;
    }

    static XmlElement Begin(XmlCursor cursor) => new(cursor.Name, cursor.Line) { attributes = [.. cursor.Attributes] };
}
