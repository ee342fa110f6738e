using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.App.Acquiring;
using Railyard.App.Payments;
using Railyard.Core;
using Railyard.Core.Ledger;
using Railyard.Core.Payments;

namespace Railyard.App.Ledger;

/// <summary>What the last look at the books has found.</summary>
/// <param name="Broken">What does not hold.</param>
/// <param name="Suspected">What may be under way: it is broken where the next look finds the very same.</param>
sealed record LedgerCheck(
    string Id, string Book, DateTimeOffset At, long Drift, int Owners, string? Rebuilt, IReadOnlyList<LedgerFinding> Broken, IReadOnlyList<LedgerFinding> Suspected)
{
    /// <summary>Whose lists were looked into last in turn, and when.</summary>
    public ListsTurn? Turn { get; init; }

    public const string Partition = "checks";
    public const string LastId = "last";

    public bool IsSound => Broken.Count == 0;
}

/// <summary>Whose turn it was, and when.</summary>
sealed record ListsTurn(AcquirerName Acquirer, DateTimeOffset At);

/// <summary>
/// Holds the books to their invariants, all the time: every book's sides, every merchant's parts, one book after
/// the other against its entries and the events of its payments, and clearing against the lists of one acquirer after the
/// other.
/// </summary>
public sealed partial class WatchLedger(
    Containers containers,
    TrialBalances balances,
    ClearingItems clearing,
    BookRebuild rebuild,
    Acquirers acquirers,
    TimeProvider time,
    ILogger<WatchLedger> log)
{
    const int MostFindings = 100;

    // To read lists is to read all that an acquirer owes us.
    static readonly TimeSpan ListsEvery = TimeSpan.FromHours(1);

    [Function(nameof(WatchLedger))]
    public async Task Run([TimerTrigger("0 */5 * * * *")] TimerInfo timer, FunctionContext context)
    {
        _ = timer;
        await CheckAsync(context.CancellationToken);
    }

    /// <summary>The last look, or null before the first.</summary>
    internal async Task<LedgerCheck?> LastAsync(CancellationToken cancellation) =>
        (await containers.Ledger.FindAsync<LedgerCheck>(LedgerCheck.LastId, LedgerCheck.Partition, cancellation))?.Value;

    internal async Task<LedgerCheck> CheckAsync(CancellationToken cancellation)
    {
        var before = await LastAsync(cancellation);
        var books = await balances.ReadAsync(cancellation);
        var (rebuilt, broken) = await rebuild.NextAsync(before?.Rebuilt, cancellation);
        var turn = TurnAfter(before?.Turn);
        // Who is suspected is looked at again at once.
        var listed = acquirers.Profiles.Select(profile => profile.Name)
            .Where(name => (turn != before?.Turn && name == turn?.Acquirer) || before?.Suspected.Any(finding => IsOf(finding, name)) == true);
        var suspected = Invariants.OfAllBooks(books.All).Concat(await UnlistedAsync([.. listed], books.All, cancellation)).Take(MostFindings).ToList();
        // Messages are always under way: what was off by the same amount the last time is not one of them.
        var lasting = suspected.Where(finding => before?.Suspected.Contains(finding) == true);
        List<LedgerFinding> findings = [.. books.Findings.Concat(broken).Concat(lasting).Take(MostFindings)];
        var off = findings.Aggregate(Int128.Zero, (sum, finding) => sum + Int128.Abs(finding.DriftMinorUnits));
        var check = new LedgerCheck(
            LedgerCheck.LastId, LedgerCheck.Partition, time.GetUtcNow(), (long)Int128.Min(off, long.MaxValue), books.Owners, rebuilt, findings, suspected)
        {
            Turn = turn,
        };
        await containers.Ledger.UpsertAsync(check, LedgerCheck.Partition, cancellation);
        Measurements.Drifts(check.Drift);
        foreach (var finding in findings) Broken(finding.Invariant, finding.Where, finding.DriftMinorUnits, finding.Detail);
        return check;
    }

    ListsTurn? TurnAfter(ListsTurn? last)
    {
        var now = time.GetUtcNow();
        if (last is not null && now - last.At < ListsEvery) return last;
        var names = acquirers.Profiles.Select(profile => profile.Name).ToList();
        return names.Count == 0 ? null : new ListsTurn(names[(names.FindIndex(name => name == last?.Acquirer) + 1) % names.Count], now);
    }

    static bool IsOf(LedgerFinding finding, AcquirerName acquirer) =>
        finding.Invariant == Invariant.OpenIsListed && finding.Where.StartsWith($"{acquirer} ", StringComparison.Ordinal);

    async Task<List<LedgerFinding>> UnlistedAsync(IReadOnlyList<AcquirerName> listed, Turnovers all, CancellationToken cancellation)
    {
        var findings = new List<LedgerFinding>();
        foreach (var acquirer in listed)
        {
            var open = await clearing.ReadAsync(acquirer, all, cancellation);
            findings.AddRange(open.Sums.Where(sum => sum.Difference != 0).Select(sum => new LedgerFinding(
                Invariant.OpenIsListed, $"{acquirer} {Json.Word(sum.Place)}", sum.Difference,
                $"the ledger has {sum.Ledger} {sum.Currency}, the lists have {sum.Listed}")));
        }
        return findings;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The ledger is broken: {Invariant} of {Where} is off by {Drift}: {Detail}")]
    partial void Broken(Invariant invariant, string where, long drift, string detail);
}
