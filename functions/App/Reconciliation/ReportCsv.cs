namespace Railyard.App.Reconciliation;

/// <summary>A report as CSV: a table for lines by kind, and below it one for what is open.</summary>
static class ReportCsv
{
    /// <summary>The text.</summary>
    public static string Of(ReconciliationReport report) => string.Concat(
    [
        Csv.Row(
            "kind", "currency", "lines", "gross", "fees", "net", "matched", "matched_value", "differing", "differing_value",
            "missing", "missing_value", "fees_agreed", "fees_charged"),
        .. report.ByKind.Select(row => Csv.Row(
            Json.Word(row.Kind), row.Currency, row.Lines, row.Gross, row.Fees, row.Net, row.Matched, row.MatchedValue, row.Differing,
            row.DifferingValue, row.Missing, row.MissingValue, row.FeesAgreed, row.FeesCharged)),
        Csv.Row(),
        Csv.Row("acquirer", "open", "age", "currency", "count", "amount"),
        .. report.Open.Select(row => Csv.Row(
            row.Acquirer, Json.Word(row.Kind), Json.Word(row.Age), row.Currency, row.Count, row.Amount)),
        Csv.Row(),
        Csv.Row("file_id", "file_name", "status", "control"),
        .. report.Files.Select(file => Csv.Row(
            file.FileId, file.FileName, Json.Word(file.Status), file.Control is { } control ? Json.Word(control) : null)),
    ]);
}
