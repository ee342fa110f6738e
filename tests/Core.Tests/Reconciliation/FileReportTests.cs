using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;
using Railyard.Core.Tests.Settlement;

namespace Railyard.Core.Tests.Reconciliation;

public sealed class FileReportTests
{
    [Fact]
    public void A_file_whose_lines_all_match_is_reconciled() =>
        Assert.Equal(FileStatus.Reconciled, Report("settlement-details-31.csv", new(3, 0, 0, 5, 0)).Status);

    [Fact]
    public void Lines_are_the_sum_of_their_ends()
    {
        var report = Report("settlement-details-31.csv", new(1, 2, 4, 0, 0));

        Assert.Equal(FileStatus.ReconciledWithDiscrepancies, report.Status);
        Assert.Equal(report.Lines, report.Matched + report.Discrepancies + report.Quarantined + report.Ignored);
        Assert.Equal(4, report.Missing);
    }

    [Fact]
    public void A_payment_that_is_missing_at_the_acquirer_keeps_the_file_from_being_reconciled() =>
        Assert.Equal(FileStatus.ReconciledWithDiscrepancies, Report("settlement-details-31.csv", new(3, 0, 1, 0, 0)).Status);

    [Fact]
    public void A_file_with_a_broken_control_is_never_reconciled()
    {
        var parsed = Parsed("settlement-details-31.csv");
        var broken = parsed with { Control = parsed.Control with { Status = ControlStatus.Broken } };

        var report = FileReport.Conclude(A.Northbank, Desk.LaterFile.Id, broken, new(3, 0, 0, 0, 0));

        Assert.Equal(FileStatus.ReconciledWithDiscrepancies, report.Status);
    }

    [Fact]
    public void A_line_that_is_not_accounted_for_is_a_fault_of_ours() =>
        Assert.Throws<InvariantBroken>(() => Report("settlement-details-31.csv", new(2, 0, 0, 0, 0)));

    static FileReport Report(string sample, ShardCounts shards) =>
        FileReport.Conclude(A.Northbank, Desk.LaterFile.Id, Parsed(sample), shards);

    static ParsedFile Parsed(string sample) => SettlementFile.Read(SettlementFile.Sample(sample)).Parsed;
}
