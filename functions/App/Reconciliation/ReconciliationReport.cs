using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>
/// What some files of an acquirer came to: how many lines ended how, what they come to by kind and currency, and what of it
/// is still open.
/// </summary>
sealed record ReconciliationReport(
    AcquirerName Acquirer,
    DateOnly? Date,
    IReadOnlyList<ReportedFile> Files,
    int Lines,
    int Matched,
    int Discrepancies,
    int Quarantined,
    int Ignored,
    int Missing,
    IReadOnlyList<ReportRow> ByKind,
    IReadOnlyList<OpenWire> Open)
{
    /// <summary>The report of these files.</summary>
    public static ReconciliationReport Of(
        AcquirerName acquirer, DateOnly? date, IReadOnlyList<Settlement.SettlementFile> files, IReadOnlyList<OpenWire> open)
    {
        var reports = files.Select(file => file.Report).OfType<FileReport>().ToList();
        return new(
            acquirer, date,
            [.. files.Select(file => new ReportedFile(file.File, file.Name, file.Status, file.ReceivedAt, file.Report?.Control.Status))],
            reports.Sum(report => report.Lines),
            reports.Sum(report => report.Matched),
            reports.Sum(report => report.Discrepancies),
            reports.Sum(report => report.Quarantined),
            reports.Sum(report => report.Ignored),
            reports.Sum(report => report.Missing),
            [.. Rows([.. files.SelectMany(file => file.Parsed?.ByKind ?? [])], [.. reports.SelectMany(report => report.Values)])],
            open);
    }

    static IEnumerable<ReportRow> Rows(IReadOnlyList<KindTotals> read, IReadOnlyList<JoinedValues> joined)
    {
        var (totals, values) = (read.ToLookup(row => (row.Kind, row.Currency)), joined.ToLookup(row => (row.Kind, row.Currency)));
        return read.Select(row => (row.Kind, row.Currency)).Concat(joined.Select(row => (row.Kind, row.Currency))).Distinct()
            .OrderBy(key => key.Kind).ThenBy(key => key.Currency.Code, StringComparer.Ordinal)
            .Select(key => ReportRow.Of(key.Kind, key.Currency.Code, [.. totals[key]], [.. values[key]]));
    }
}

/// <summary>A file of a report.</summary>
sealed record ReportedFile(FileId FileId, string FileName, FileStatus Status, DateTimeOffset ReceivedAt, ControlStatus? Control);

/// <summary>
/// Lines of a kind and currency, in minor units: as they were read with their signs, and, without them, how they ended.
/// Fees are held against the contract where it has a price for the line.
/// </summary>
sealed record ReportRow(
    LineKind Kind,
    string Currency,
    int Lines,
    long Gross,
    long Fees,
    long Net,
    int Matched,
    long MatchedValue,
    int Differing,
    long DifferingValue,
    int Missing,
    long MissingValue,
    long FeesAgreed,
    long FeesCharged)
{
    public static ReportRow Of(LineKind kind, string currency, IReadOnlyList<KindTotals> read, IReadOnlyList<JoinedValues> joined) => new(
        kind,
        currency,
        read.Sum(row => row.Lines),
        Sums.Of(read.Select(row => row.Gross)),
        Sums.Of(read.Select(row => row.Fees)),
        Sums.Of(read.Select(row => row.Net)),
        joined.Sum(row => row.Matched),
        Sums.Of(joined.Select(row => row.MatchedValue)),
        joined.Sum(row => row.Differing),
        Sums.Of(joined.Select(row => row.DifferingValue)),
        joined.Sum(row => row.Missing),
        Sums.Of(joined.Select(row => row.MissingValue)),
        Sums.Of(joined.Select(row => row.FeesAgreed)),
        Sums.Of(joined.Select(row => row.FeesCharged)));
}
