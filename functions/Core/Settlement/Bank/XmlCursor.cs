using System.Globalization;
using System.Text;

namespace Railyard.Core.Settlement.Bank;

/// <summary>What an XML text goes on with.</summary>
enum XmlStep { Start, End, Text, EndOfFile, Broken }

/// <summary>
/// Walks through an XML text from start to end. It knows elements, attributes, text and the five entities that XML has by
/// itself, and refuses what a statement has no use for: document types, and with them every entity that could grow or reach
/// outside.
/// </summary>
sealed class XmlCursor(string text)
{
    const int MostDepth = 64;
    const int MostAttributes = 32;
    const int LongestName = 256;
    const int LongestEntity = 10;

    readonly List<string> open = [];
    readonly List<(string Name, string Value)> attributes = [];
    int at;
    int counted;
    int line = 1;
    bool endsAtOnce;
    bool hasRoot;

    /// <summary>The line that the last step begins on.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Where the last step begins.</summary>
    public int Position { get; private set; }

    /// <summary>Where the next one does.</summary>
    public int Next => at;

    /// <summary>The name of the element, without its prefix.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The text between two elements.</summary>
    public string Value { get; private set; } = "";

    /// <summary>The attributes of the element, without prefixes.</summary>
    public IReadOnlyList<(string Name, string Value)> Attributes => attributes;

    /// <summary>Why it is broken.</summary>
    public Fault? Fault { get; private set; }

    /// <summary>Goes on to the next element, end of one, or text. Once it is broken it stays so.</summary>
    public XmlStep Read()
    {
        if (Fault is not null) return XmlStep.Broken;
        if (endsAtOnce)
        {
            endsAtOnce = false;
            return Close(Name);
        }
        while (at < text.Length)
        {
            Mark();
            if (text[at] != '<') return ReadText();
            if (StartsWith("<?")) { if (!Skip("?>")) return Broken("an end of the instruction"); }
            else if (StartsWith("<!--")) { if (!Skip("-->")) return Broken("an end of the comment"); }
            else if (StartsWith("<![CDATA[")) return ReadCharacters();
            else if (StartsWith("<!")) return Broken("no document type and no entities");
            else if (StartsWith("</")) return ReadEnd();
            else return ReadStart();
        }
        Mark();
        return open.Count > 0 || !hasRoot ? Broken($"the end of {(open.Count > 0 ? open[^1] : "a document")}") : XmlStep.EndOfFile;
    }

    /// <summary>What stands between two places of the text.</summary>
    public string Between(int start, int end) => text[start..Math.Min(end, text.Length)];

    XmlStep ReadText()
    {
        var end = text.IndexOf('<', at);
        if (end < 0) end = text.Length;
        var written = text.AsSpan(at, end - at);
        if (open.Count == 0 && !written.IsWhiteSpace()) return Broken("an element");
        if (Decoded(written) is not { } value) return Broken("one of the five entities of XML");
        at = end;
        Value = value;
        return open.Count == 0 ? Read() : XmlStep.Text;
    }

    XmlStep ReadCharacters()
    {
        const string start = "<![CDATA[";
        var end = text.IndexOf("]]>", at, StringComparison.Ordinal);
        if (end < 0 || open.Count == 0) return Broken("an element around the characters, and their end");
        Value = text[(at + start.Length)..end];
        at = end + "]]>".Length;
        return XmlStep.Text;
    }

    XmlStep ReadEnd()
    {
        at += "</".Length;
        if (ReadName() is not { } name) return Broken("a name");
        SkipSpace();
        if (at >= text.Length || text[at] != '>') return Broken("'>'");
        at++;
        return Close(name);
    }

    XmlStep ReadStart()
    {
        at++;
        if (open.Count == 0 && hasRoot) return Broken("one document");
        if (open.Count == MostDepth) return Broken($"at most {MostDepth} elements in one another");
        if (ReadName() is not { } name) return Broken("a name");
        attributes.Clear();
        while (true)
        {
            SkipSpace();
            if (at >= text.Length) return Broken("'>'");
            if (text[at] == '>' || StartsWith("/>")) break;
            if (attributes.Count == MostAttributes || !ReadAttribute()) return Broken("an attribute");
        }
        endsAtOnce = text[at] == '/';
        at += endsAtOnce ? 2 : 1;
        hasRoot = true;
        open.Add(name);
        Name = WithoutPrefix(name);
        return XmlStep.Start;
    }

    XmlStep Close(string name)
    {
        if (open.Count == 0 || WithoutPrefix(open[^1]) != WithoutPrefix(name)) return Broken("an end of what was begun");
        Name = WithoutPrefix(name);
        open.RemoveAt(open.Count - 1);
        return XmlStep.End;
    }

    bool ReadAttribute()
    {
        if (ReadName() is not { } name) return false;
        SkipSpace();
        if (at >= text.Length || text[at++] != '=') return false;
        SkipSpace();
        if (at >= text.Length || text[at] is not ('"' or '\'')) return false;
        var end = text.IndexOf(text[at], at + 1);
        if (end < 0 || Decoded(text.AsSpan(at + 1, end - at - 1)) is not { } value || value.Contains('<', StringComparison.Ordinal)) return false;
        attributes.Add((WithoutPrefix(name), value));
        at = end + 1;
        return true;
    }

    string? ReadName()
    {
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or ':' or '-' or '.')) at++;
        return at == start || at - start > LongestName ? null : text[start..at];
    }

    static string? Decoded(ReadOnlySpan<char> written)
    {
        if (!written.Contains('&')) return written.ToString();
        var decoded = new StringBuilder(written.Length);
        while (written.IndexOf('&') is >= 0 and var start)
        {
            decoded.Append(written[..start]);
            var end = written[start..].IndexOf(';');
            if (end is < 2 or > LongestEntity || Entity(written.Slice(start + 1, end - 1)) is not { } character) return null;
            decoded.Append(character);
            written = written[(start + end + 1)..];
        }
        return decoded.Append(written).ToString();
    }

    static string? Entity(ReadOnlySpan<char> name) => name switch
    {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        _ => name[0] == '#' ? Numbered(name[1..]) : null,
    };

    static string? Numbered(ReadOnlySpan<char> number)
    {
        var isRead = number is ['x', ..]
            ? int.TryParse(number[1..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            : int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out code);
        return isRead && Rune.IsValid(code) ? new Rune(code).ToString() : null;
    }

    // Lines are counted where somebody may ask for them, which is where a step begins.
    void Mark()
    {
        line += text.AsSpan(counted, at - counted).Count('\n');
        (counted, Line, Position) = (at, line, at);
    }

    XmlStep Broken(string expected)
    {
        Mark();
        Fault = new("xml", expected, StatementFields.Shown(text[Math.Min(at, text.Length)..Math.Min(at + 32, text.Length)]));
        return XmlStep.Broken;
    }

    bool StartsWith(string what) => text.AsSpan(at).StartsWith(what);

    bool Skip(string end)
    {
        var found = text.IndexOf(end, at, StringComparison.Ordinal);
        if (found >= 0) at = found + end.Length;
        return found >= 0;
    }

    void SkipSpace()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
    }

    static string WithoutPrefix(string name) => name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
