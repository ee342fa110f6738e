using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Railyard.App.Operations;

/// <summary>Puts texts into a page so that they stay texts.</summary>
static class Html
{
    const string Stylesheet = "reference.css";

    static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>A page of the house's look: what stands in its body, and rules of its own beside ours.</summary>
    public static string Page(string title, string body, string rules = "") => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <style>
        {ApiDocument.Text(Stylesheet)}
        {rules}
        </style>
        </head>
        <body>
        {body}
        </body>
        </html>

        """;

    /// <summary>The text as it is read.</summary>
    public static string Text(string text) => Encoder.Encode(text);

    /// <summary>Prose in which what stands between backticks is code.</summary>
    public static string Prose(string text) => string.Concat(
        text.Split('`').Select((part, index) => index % 2 == 0 ? Text(part) : Code(part)));

    /// <summary>A word of the contract.</summary>
    public static string Code(string text) => $"<code>{Text(text)}</code>";

    /// <summary>Lines to be copied, or read as they are.</summary>
    public static string Block(string text) => $"<pre tabindex=\"0\"><code>{Text(text)}</code></pre>";

    /// <summary>A table, which on a narrow screen moves by itself; nothing where it has no rows.</summary>
    public static string Table(IReadOnlyList<string> columns, IEnumerable<string> rows)
    {
        var body = string.Join('\n', rows);
        if (body.Length == 0) return "";
        var head = string.Concat(columns.Select(column => $"<th scope=\"col\">{Text(column)}</th>"));
        return $"<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>";
    }

    /// <summary>A row, whose first cell names what it is about.</summary>
    public static string Row(string? id, string name, params IEnumerable<string> cells)
    {
        var anchor = id is null ? "" : $" id=\"{Text(id)}\"";
        return $"<tr{anchor}><th scope=\"row\">{name}</th>{string.Concat(cells.Select(cell => $"<td>{cell}</td>"))}</tr>";
    }
}
