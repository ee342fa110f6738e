using System.Text;

namespace Railyard.App.Reconciliation;

/// <summary>
/// Writes CSV (RFC 4180) that a spreadsheet shows and does not run: a text that it would take for a formula is led by an
/// apostrophe.
/// </summary>
static class Csv
{
    /// <summary>A row, with its line end. Numbers stay numbers, negative ones too.</summary>
    public static string Row(params ReadOnlySpan<object?> cells)
    {
        var row = new StringBuilder();
        for (var place = 0; place < cells.Length; place++)
        {
            if (place > 0) row.Append(',');
            row.Append(Cell(cells[place]));
        }
        return row.Append("\r\n").ToString();
    }

    static string Cell(object? value) => value switch
    {
        null => "",
        int or long => $"{value}",
        _ => Quoted(Harmless(value.ToString() ?? "")),
    };

    static string Harmless(string text) => text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? $"'{text}" : text;

    static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
