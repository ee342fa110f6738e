using Microsoft.Extensions.Logging;
using Railyard.App.Settlement.Bank;
using Railyard.Core.Reconciliation;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;

namespace Railyard.App.Reconciliation.Bank;

/// <summary>
/// Loads what an account should show and what it has shown, asks Core to join the two, and writes what came of it; again
/// where it was overtaken. The account is changed first and in one piece: whatever is cut short after that comes to the same
/// when it is repeated.
/// </summary>
public sealed partial class BankDesk(
    BankStatementStore files,
    BankExpectationStore expectations,
    BankOutcomeWriter writer,
    BankAccounts accounts,
    TimeProvider time,
    ILogger<BankDesk> log)
{
    const int MostRounds = 20;

    // What was met so long before a line is no longer asked whether the line is its duplicate.
    const int DaysLookedBack = 60;

    // So many days before it was paid, no bank shows a payment.
    const int DaysEarly = 7;
    const int MostFilesLookedBack = 400;

    DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>Joins the lines of a file and writes its report.</summary>
    internal async Task JoinAsync(BankStatementFile file, CancellationToken cancellation)
    {
        var statements = await files.StatementsAsync(file.File, cancellation);
        var lines = await files.LinesAsync(file.File, cancellation);
        for (var round = 0; round < MostRounds; round++)
        {
            var book = await expectations.OpenAsync(file.Account, cancellation);
            var reading = await new StatementReading(expectations, file).OfAsync(statements, lines, cancellation);
            var since = lines.Select(line => line.ValueOn).DefaultIfEmpty(Today).Min().AddDays(-DaysLookedBack);
            var expected = await expectations.RelevantAsync(file.Account, since, file.File, cancellation);
            var outcome = BankJoin.Join(Today, accounts.Known, reading.Lines, expected);
            if (!await expectations.TrySaveAsync(file.Account, book, outcome.Changed, reading.Records, cancellation)) continue;
            await writer.WriteAsync(file, outcome, After(expected, outcome), reading.Findings, cancellation);
            Joined(file.File, file.Account, outcome.Lines.Count, outcome.Changed.Count, outcome.Missing.Count);
            return;
        }
        throw new TimeoutException($"{file.File} was overtaken {MostRounds} times.");
    }

    /// <summary>
    /// Records payments that an account should show, and looks for them among the lines that came before and met nothing.
    /// </summary>
    internal async Task ExpectAsync(BankAccountName account, IReadOnlyList<BankExpectation> expected, CancellationToken cancellation)
    {
        if (expected.Count == 0) return;
        foreach (var one in expected) await expectations.RecordAsync(one, cancellation);
        var since = expected.Min(one => one.PaidOn).AddDays(-DaysEarly);
        for (var round = 0; round < MostRounds; round++)
        {
            var book = await expectations.OpenAsync(account, cancellation);
            var known = await expectations.RelevantAsync(account, since, null, cancellation);
            var before = await UnmatchedAsync(account, since, MetOf(known, expected), cancellation);
            var outcome = BankJoin.Join(Today, accounts.Known, before.Keys, known);
            if (!await expectations.TrySaveAsync(account, book, outcome.Changed, [], cancellation)) continue;
            await writer.WriteLateAsync(outcome, before, After(known, outcome), cancellation);
            Expected(account, expected.Count, outcome.Changed.Count);
            return;
        }
        throw new TimeoutException($"{account} was overtaken {MostRounds} times.");
    }

    /// <summary>Finds what an account should have shown by now.</summary>
    internal async Task FindOverdueAsync(BankAccountName account, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var book = await expectations.OpenAsync(account, cancellation);
            var known = await expectations.RelevantAsync(account, Today.AddDays(1), null, cancellation);
            var outcome = BankJoin.Join(Today, accounts.Known, [], known);
            if (outcome.Changed.Count > 0 && !await expectations.TrySaveAsync(account, book, outcome.Changed, [], cancellation)) continue;
            await writer.WriteMissingAsync(outcome, cancellation);
            return;
        }
        throw new TimeoutException($"{account} was overtaken {MostRounds} times.");
    }

    // Lines of earlier files that have met nothing, each with what it came to so far; and those that a join which was cut
    // short has brought together with what is expected now.
    async Task<Dictionary<PlacedLine, (BankStatementFile File, BankLineEnd? End)>> UnmatchedAsync(
        BankAccountName account, DateOnly since, HashSet<BankLineRef> met, CancellationToken cancellation)
    {
        var found = new Dictionary<PlacedLine, (BankStatementFile, BankLineEnd?)>();
        foreach (var id in await expectations.FilesSinceAsync(account, since, MostFilesLookedBack, cancellation))
        {
            var file = await files.LoadAsync(id, cancellation);
            var ends = await files.EndsAsync(id, cancellation);
            foreach (var line in await files.LinesAsync(id, cancellation))
            {
                var end = ends.GetValueOrDefault(line.Number);
                var placed = new PlacedLine(id, line);
                if (IsUnmatched(end) || met.Contains(placed.Ref)) found[placed] = (file, end);
            }
        }
        return found;
    }

    static bool IsUnmatched(BankLineEnd? end) => end switch
    {
        null => true,
        BankLineEnd.Ignored ignored => ignored.Reason == BankLineIgnored.NotOurs,
        BankLineEnd.Broken broken => broken.Discrepancy.Kind is DiscrepancyKind.UnexpectedAtBank or DiscrepancyKind.AmbiguousAtBank,
        _ => false,
    };

    static HashSet<BankLineRef> MetOf(List<BankExpectation> known, IReadOnlyList<BankExpectation> expected)
    {
        var ids = expected.Select(one => one.Id).ToHashSet();
        return [.. known.Where(one => ids.Contains(one.Id)).SelectMany(one => one.State switch
        {
            BankExpectationState.Met met => met.Lines,
            BankExpectationState.Differs differs => [differs.Line],
            _ => [],
        })];
    }

    static Dictionary<ExpectationId, BankExpectation> After(IEnumerable<BankExpectation> before, BankOutcome outcome)
    {
        var after = before.ToDictionary(one => one.Id);
        foreach (var changed in outcome.Changed) after[changed.Id] = changed;
        return after;
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{File} for {Account}: {Lines} lines joined, {Changed} payments changed, {Missing} are missing")]
    partial void Joined(FileId file, BankAccountName account, int lines, int changed, int missing);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Account} should show {Expected} payments, {Changed} were changed")]
    partial void Expected(BankAccountName account, int expected, int changed);
}
