using Railyard.App.Settlement;
using Railyard.Core.Payments;

namespace Railyard.App.Reconciliation;

/// <summary>Draws up reports from what was counted while files were read and joined.</summary>
public sealed class ReportDesk(SettlementFileStore files, DiscrepancyStore discrepancies, TimeProvider time)
{
    /// <summary>More files of a day are not reported.</summary>
    const int MostFiles = 200;

    /// <summary>The report of one file.</summary>
    internal async Task<ReconciliationReport> OfFileAsync(SettlementFile file, CancellationToken cancellation)
    {
        var open = await SummarizeDiscrepancies.OpenAsync(discrepancies, file.Acquirer, file.File.Value, cancellation);
        return ReconciliationReport.Of(file.Acquirer, null, [file], Rows(open));
    }

    /// <summary>The report of the files that came on a day (UTC), and of all that is open.</summary>
    internal async Task<ReconciliationReport> OfDayAsync(AcquirerName acquirer, DateOnly date, CancellationToken cancellation)
    {
        var came = await files.OfDayAsync(acquirer, date, MostFiles, cancellation);
        var open = await SummarizeDiscrepancies.OpenAsync(discrepancies, acquirer, null, cancellation);
        return ReconciliationReport.Of(acquirer, date, came, Rows(open));
    }

    IReadOnlyList<OpenWire> Rows(IEnumerable<DiscrepancyDocument> open) => [.. SummarizeDiscrepancies.Rows(open, time.GetUtcNow())];
}
