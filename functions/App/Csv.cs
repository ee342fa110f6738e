using System.Text;

namespace Railyard.App;

/// <summary>
/// Writes CSV (RFC 4180) that a spreadsheet shows and does not run: a text that it would take for a formula is led by an
/// apostrophe.
/// </summary>
static class Csv
{
    /// <summary>What it travels as.</summary>
    public const string ContentType = "text/csv; charset=utf-8";

    // What a spreadsheet would take for a formula.
    const string FormulaStarts = "=+-@\t\r";

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

    /// <summary>A text as a cell: quoted where it must be, and never a formula.</summary>
    public static string Text(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var harmless = FormulaStarts.Contains(text[0]) ? $"'{text}" : text;
        return harmless.AsSpan().ContainsAny(",\"\r\n'") ? $"\"{harmless.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : harmless;
    }

    static string Cell(object? value) => value switch
    {
        null => "",
        int or long => $"{value}",
        _ => Text(value.ToString()),
    };
}
