using Railyard.App.Ledger;
using Railyard.App.Merchants.Payouts;
using Railyard.App.Settlement.Bank;
using Railyard.Core.Reconciliation;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;

namespace Railyard.App.Reconciliation.Bank;

/// <summary>
/// Writes what follows from a join once the account has been changed: what each line came to, breaks and their ends, the
/// file's report, and the causes for the ledger. All of it derives from what is there, so written again it is the same.
/// </summary>
public sealed class BankOutcomeWriter(
    BankStatementStore files, DiscrepancyStore discrepancies, PayoutsAtBank payouts, LedgerQueue ledger)
{
    const int CausesAtOnce = 100;

    /// <summary>Writes what all the lines of a file came to, and its report.</summary>
    internal async Task WriteAsync(
        BankStatementFile file,
        BankOutcome outcome,
        IReadOnlyDictionary<ExpectationId, BankExpectation> payments,
        IReadOnlyList<StatementFinding> findings,
        CancellationToken cancellation)
    {
        var ends = outcome.Lines.Select(one => new LineEnd(one.Placed.Line.Number, one.End)).ToList();
        await files.KeepEndsAsync(file.File, ends, cancellation);
        var control = (file.Control ?? StatementControl.None).With(findings);
        foreach (var found in ends.Select(one => one.End).OfType<BankLineEnd.Broken>()) await discrepancies.RecordAsync(found.Discrepancy, cancellation);
        if (control.Status == ControlStatus.Broken)
            await discrepancies.RecordAsync(BankBreaks.OfControl(file.File, control.Findings), cancellation);
        var matched = outcome.Lines.Where(one => one.End is BankLineEnd.Matched).ToList();
        foreach (var one in matched) await KeepLineAsync(file, one, payments, cancellation);
        await WriteMissingAsync(outcome, cancellation);
        await TellAsync(matched, payments, cancellation);
        await ConcludeAsync(file.File, control, cancellation);
    }

    /// <summary>Writes what lines of earlier files came to now that a payment is expected: matched, or of another amount.</summary>
    internal async Task WriteLateAsync(
        BankOutcome outcome,
        Dictionary<PlacedLine, (BankStatementFile File, BankLineEnd? End)> before,
        IReadOnlyDictionary<ExpectationId, BankExpectation> payments,
        CancellationToken cancellation)
    {
        var late = outcome.Lines.Where(one => one.End is BankLineEnd.Matched || IsDifference(one.End)).ToList();
        foreach (var one in late)
        {
            var (file, was) = before[one.Placed];
            if (one.End is BankLineEnd.Broken(var found)) await discrepancies.RecordAsync(found, cancellation);
            if (was is BankLineEnd.Broken(var old)) await EndAsync(old, one, cancellation);
            await KeepLineAsync(file, one, payments, cancellation);
        }
        await WriteMissingAsync(outcome, cancellation);
        await TellAsync(late.FindAll(one => one.End is BankLineEnd.Matched), payments, cancellation);
        foreach (var file in late.Select(one => before[one.Placed].File).DistinctBy(file => file.File).Where(file => file.IsConcluded))
            await ConcludeAsync(file.File, file.Control ?? StatementControl.None, cancellation);
    }

    /// <summary>Writes what is missing, and what no longer is.</summary>
    internal async Task WriteMissingAsync(BankOutcome outcome, CancellationToken cancellation)
    {
        foreach (var missing in outcome.Missing) await discrepancies.RecordAsync(missing, cancellation);
        foreach (var (owner, closing) in outcome.Closings) await discrepancies.CloseIfThereAsync(owner, closing, cancellation);
    }

    // A break that was cut short before it was written is written here, so that it can be ended.
    async Task EndAsync(Discrepancy old, EndedLine line, CancellationToken cancellation)
    {
        var expectation = line.End switch
        {
            BankLineEnd.Matched matched => matched.Expectations[0],
            BankLineEnd.Broken(var found) when found.Id != old.Id => found.Expectation,
            _ => null,
        };
        if (expectation is not { } explains) return;
        await discrepancies.RecordAsync(old, cancellation);
        var state = new DiscrepancyState.Closed(explains, line.Placed.File, line.Placed.Line.Number);
        await discrepancies.CloseIfThereAsync(old.Acquirer, new Closing(old.Id, state), cancellation);
    }

    Task KeepLineAsync(
        BankStatementFile file, EndedLine line, IReadOnlyDictionary<ExpectationId, BankExpectation> payments, CancellationToken cancellation)
    {
        var matched = line.End is BankLineEnd.Matched one ? one.Expectations : [];
        var number = line.Placed.Line.Number;
        return files.KeepLineAsync(
            new(BankLineDocument.IdOf(number), file.File, file.Account, line.Placed.Line, line.End, [.. matched.Select(id => payments[id])]),
            cancellation);
    }

    async Task ConcludeAsync(FileId id, StatementControl control, CancellationToken cancellation)
    {
        var ends = await files.EndsAsync(id, cancellation);
        await files.ChangeAsync(
            id,
            file =>
            {
                var report = BankReport.Of(ends.Values, file.Quarantined, control.Status);
                return file with { Control = control, Report = report, Status = report.Status };
            },
            cancellation);
    }

    async Task TellAsync(
        List<EndedLine> matched, IReadOnlyDictionary<ExpectationId, BankExpectation> payments, CancellationToken cancellation)
    {
        foreach (var end in matched.Select(one => one.End).OfType<BankLineEnd.Matched>())
            await payouts.FollowAsync(end.Expectations.Select(id => payments[id]), end.IsReturn, cancellation);
        var causes = matched.Select(one => new LedgerCause(
            LedgerSource.BankLine, one.Placed.File.Value, BankLineDocument.IdOf(one.Placed.Line.Number)));
        foreach (var some in causes.Chunk(CausesAtOnce)) await ledger.SendAsync(some, cancellation);
    }

    static bool IsDifference(BankLineEnd end) =>
        end is BankLineEnd.Broken { Discrepancy.Kind: DiscrepancyKind.DiffersAtBank, Discrepancy.Expectation: not null };
}
