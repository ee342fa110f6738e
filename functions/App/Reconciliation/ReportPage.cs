using System.Globalization;
using Railyard.App.Operations;
using Railyard.Core;
using Railyard.Core.Reconciliation;

namespace Railyard.App.Reconciliation;

/// <summary>A report as one page that can be printed: it needs nothing but itself, and runs nothing.</summary>
static class ReportPage
{
    const string OfReports = """
        .bar { height: 1.1rem; width: 100%; max-width: 24rem; display: block; }
        .bar rect { stroke: var(--ground); stroke-width: .5; }
        .matched { fill: #2da44e; } .differing { fill: #cf222e; } .missing { fill: #9a6700; } .open { fill: #0969da; }
        td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        @media print { body { max-width: none; padding: 0; } .wide { overflow: visible; } h2 { break-after: avoid; } tr { break-inside: avoid; } }
        """;

    /// <summary>The page.</summary>
    public static string Of(ReconciliationReport report)
    {
        var title = Html.Text(report.Date is { } day ? $"Reconciliation of {report.Acquirer}, {day:yyyy-MM-dd}" : $"Settlement file of {report.Acquirer}");
        var body = $"""
            <header>
            <h1>{title}</h1>
            <p class="lead">{Lead(report)}</p>
            </header>
            <main>
            <h2>Files</h2>
            {Html.Table(["File", "Name", "Status", "Control", "Received (UTC)"], report.Files.Select(FileRow))}
            <h2>How the lines ended</h2>
            {Html.Table(["Kind", "", "Lines", "Matched", "Value", "Differing", "Value", "Missing", "Value"], report.ByKind.Select(KindRow))}
            <h2>What they come to</h2>
            {Html.Table(["Kind", "Gross", "Fees", "Net"], report.ByKind.Select(ValueRow))}
            <h2>Fees against the contract</h2>
            {Html.Table(["Kind", "Agreed", "Charged", "Difference"], report.ByKind.Where(row => row.FeesAgreed != 0 || row.FeesCharged != 0).Select(FeeRow))}
            <h2>Open, by age</h2>
            {Html.Table(["Age", "", "Discrepancy", "Count", "At stake"], OpenRows(report.Open))}
            </main>
            """;
        return Html.Page(title, body, OfReports);
    }

    static string Lead(ReconciliationReport report) =>
        $"{report.Lines} lines: {report.Matched} matched, {report.Discrepancies} discrepancies, {report.Quarantined} quarantined, "
        + $"{report.Ignored} without a counterpart; {report.Missing} missing.";

    static string FileRow(ReportedFile file) => Html.Row(
        null, Html.Code(file.FileId.Value), Html.Text(file.FileName), Html.Text(Json.Word(file.Status)),
        file.Control is { } control ? Html.Text(Json.Word(control)) : "", Html.Text($"{file.ReceivedAt.UtcDateTime:yyyy-MM-dd HH:mm}"));

    static string KindRow(ReportRow row) => Row(
        Named(row),
        Bar($"{row.Matched} matched, {row.Differing} differing, {row.Missing} missing",
            ("matched", row.Matched), ("differing", row.Differing), ("missing", row.Missing)),
        Number(row.Lines),
        Number(row.Matched), Amount(row.MatchedValue, row.Currency),
        Number(row.Differing), Amount(row.DifferingValue, row.Currency),
        Number(row.Missing), Amount(row.MissingValue, row.Currency));

    static string ValueRow(ReportRow row) =>
        Row(Named(row), Amount(row.Gross, row.Currency), Amount(row.Fees, row.Currency), Amount(row.Net, row.Currency));

    static string FeeRow(ReportRow row) => Row(
        Named(row), Amount(row.FeesAgreed, row.Currency), Amount(row.FeesCharged, row.Currency),
        Amount(Sums.Of([row.FeesCharged, -row.FeesAgreed]), row.Currency));

    static IEnumerable<string> OpenRows(IReadOnlyList<OpenWire> open)
    {
        var most = open.Select(row => row.Count).DefaultIfEmpty(1).Max();
        return open.OrderBy(row => row.Age).Select(row => Row(
            Html.Text(Words(row.Age)), Bar($"{row.Count}", ("open", row.Count), ("", most - row.Count)), $"<td>{Html.Text(Json.Word(row.Kind))}</td>",
            Number(row.Count), row.Currency is null ? "<td></td>" : Amount(row.Amount, row.Currency)));
    }

    static string Named(ReportRow row) => $"{Html.Text(Json.Word(row.Kind))} {Html.Text(row.Currency)}";

    static string Row(string name, params IEnumerable<string> cells) => $"<tr><th scope=\"row\">{name}</th>{string.Concat(cells)}</tr>";

    static string Number(long number) => $"<td class=\"number\">{number.ToString("N0", CultureInfo.InvariantCulture)}</td>";

    // As people read amounts: in the major unit, with as many decimals as the currency has.
    static string Amount(long minorUnits, string currency)
    {
        var exponent = Currency.Of(currency).Exponent;
        Int128 unit = 1;
        for (var digit = 0; digit < exponent; digit++) unit *= 10;
        var (whole, rest) = (Int128.Abs(minorUnits) / unit, Int128.Abs(minorUnits) % unit);
        var decimals = exponent == 0 ? "" : $".{rest.ToString(CultureInfo.InvariantCulture).PadLeft(exponent, '0')}";
        return $"<td class=\"number\">{(minorUnits < 0 ? "−" : "")}{whole.ToString("N0", CultureInfo.InvariantCulture)}{decimals}</td>";
    }

    static string Bar(string label, params ReadOnlySpan<(string Class, int Count)> parts)
    {
        long all = 0;
        foreach (var (_, count) in parts) all += count;
        var (bar, at) = (new System.Text.StringBuilder(), 0L);
        foreach (var (name, count) in parts)
        {
            var width = all == 0 ? 0 : 1_000L * count / all;
            if (name.Length > 0 && width > 0) bar.Append(CultureInfo.InvariantCulture, $"<rect class=\"{name}\" x=\"{at}\" y=\"0\" width=\"{width}\" height=\"40\" />");
            at += width;
        }
        return $"<td><svg class=\"bar\" viewBox=\"0 0 1000 40\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{Html.Text(label)}\">{bar}</svg></td>";
    }

    static string Words(AgeBucket age) => age switch
    {
        AgeBucket.UpToOneDay => "0–1 days",
        AgeBucket.TwoToSevenDays => "2–7 days",
        AgeBucket.EightToThirtyDays => "8–30 days",
        AgeBucket.OverThirtyDays => "over 30 days",
    };
}
