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
    public const string Partition = "checks";
    public const string LastId = "last";

    public bool IsSound => Broken.Count == 0;
}

/// <summary>
/// Holds the books to their invariants, all the time: every book's sides, every merchant's parts, clearing against the
/// lists, and one book after the other against its entries and the events of its payments.
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
    const int MinutesBetweenLooks = 5;

    [Function(nameof(WatchLedger))]
    public async Task Run([TimerTrigger("0 */5 * * * *")] TimerInfo timer, FunctionContext context)
    {
        _ = timer;
        // The lists are read shard by shard: once an hour, and by whoever asks for what is open.
        await CheckAsync(context.CancellationToken, readsLists: time.GetUtcNow().Minute < MinutesBetweenLooks);
    }

    /// <summary>The last look, or null before the first.</summary>
    internal async Task<LedgerCheck?> LastAsync(CancellationToken cancellation) =>
        (await containers.Ledger.FindAsync<LedgerCheck>(LedgerCheck.LastId, LedgerCheck.Partition, cancellation))?.Value;

    internal async Task<LedgerCheck> CheckAsync(CancellationToken cancellation, bool readsLists = true)
    {
        var before = await LastAsync(cancellation);
        var books = await balances.ReadAsync(cancellation);
        var (rebuilt, broken) = await rebuild.NextAsync(before?.Rebuilt, cancellation);
        var unlisted = readsLists ? await UnlistedAsync(books.All, cancellation) : [];
        var seen = Invariants.OfAllBooks(books.All).Concat(unlisted).Take(MostFindings).ToList();
        // Messages are always under way: what was off by the same amount the last time is not one of them.
        var lasting = seen.Where(finding => before?.Suspected.Contains(finding) == true);
        List<LedgerFinding> findings = [.. books.Findings.Concat(broken).Concat(lasting).Concat(Unread(before?.Broken)).Take(MostFindings)];
        List<LedgerFinding> suspected = [.. seen, .. Unread(before?.Suspected)];
        var off = findings.Aggregate(Int128.Zero, (sum, finding) => sum + Int128.Abs(finding.DriftMinorUnits));
        var check = new LedgerCheck(
            LedgerCheck.LastId, LedgerCheck.Partition, time.GetUtcNow(), (long)Int128.Min(off, long.MaxValue), books.Owners, rebuilt, findings, suspected);
        await containers.Ledger.UpsertAsync(check, LedgerCheck.Partition, cancellation);
        Measurements.Drifts(check.Drift);
        foreach (var finding in findings) Broken(finding.Invariant, finding.Where, finding.DriftMinorUnits, finding.Detail);
        return check;

        // What the lists were said to lack stands until they are read again.
        IEnumerable<LedgerFinding> Unread(IReadOnlyList<LedgerFinding>? earlier) =>
            readsLists ? [] : earlier?.Where(finding => finding.Invariant == Invariant.OpenIsListed) ?? [];
    }

    async Task<List<LedgerFinding>> UnlistedAsync(Turnovers all, CancellationToken cancellation)
    {
        var findings = new List<LedgerFinding>();
        foreach (var profile in acquirers.Profiles)
        {
            var open = await clearing.ReadAsync(profile.Name, all, cancellation);
            findings.AddRange(open.Sums.Where(sum => sum.Difference != 0).Select(sum => new LedgerFinding(
                Invariant.OpenIsListed, $"{profile.Name} {Json.Word(sum.Place)}", sum.Difference,
                $"the ledger has {sum.Ledger} {sum.Currency}, the lists have {sum.Listed}")));
        }
        return findings;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The ledger is broken: {Invariant} of {Where} is off by {Drift}: {Detail}")]
    partial void Broken(Invariant invariant, string where, long drift, string detail);
}
