using System.Globalization;

namespace Railyard.Benchmarks.Measuring;

/// <summary>Rows as a Markdown table, which also reads well in a terminal.</summary>
static class Table
{
    const int LargeNumber = 100;
    const int MediumNumber = 10;

    static readonly string[] Headers = ["what", "measured", "least–most", "target", "ratio", "yardstick", "verdict"];

    public static void Print(IReadOnlyList<Row> rows, TextWriter output)
    {
        var lines = new List<string[]> { Headers };
        lines.AddRange(rows.Select(Cells));
        var widths = Headers.Select((_, column) => lines.Max(line => line[column].Length)).ToList();
        lines.Insert(1, [.. widths.Select(width => new string('-', width))]);
        foreach (var line in lines)
            output.WriteLine($"| {string.Join(" | ", line.Select((cell, column) => cell.PadRight(widths[column])))} |");
    }

    public static string Brief(Row row) => $"{row.What}: {Text(row.Measured.Median)} {row.Unit}";

    static string[] Cells(Row row) =>
    [
        row.What,
        $"{Text(row.Measured.Median)} {row.Unit}",
        row.Measured.Least == row.Measured.Most ? "" : $"{Text(row.Measured.Least)}–{Text(row.Measured.Most)}",
        TargetOf(row),
        row.Ratio is null ? "" : row.Ratio.Median.ToString("G2", CultureInfo.InvariantCulture),
        row.Yardstick,
        row.Verdict,
    ];

    static string TargetOf(Row row) => row switch
    {
        { Target: { } target } => $"{(target.IsLeast ? "≥" : "≤")} {Text(target.Bound)}",
        { MostRatio: { } most } => $"ratio ≤ {most}",
        _ => "",
    };

    static string Text(double number) => number.ToString(
        Math.Abs(number) switch { >= LargeNumber => "N0", >= MediumNumber => "0.0", _ => "0.00" },
        CultureInfo.InvariantCulture);
}
