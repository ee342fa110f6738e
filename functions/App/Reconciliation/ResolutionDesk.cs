using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Railyard.App.Acquiring;
using Railyard.App.Ledger;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;

namespace Railyard.App.Reconciliation;

/// <summary>
/// Takes operators' steps on discrepancies and tells the ledger of what they end. The document says that the ledger is to
/// be told before it is, and that it was told after: cut short in between, it is told again.
/// </summary>
public sealed partial class ResolutionDesk(
    DiscrepancyStore discrepancies,
    ExpectationStore expectations,
    LedgerQueue ledger,
    Acquirers acquirers,
    IConfiguration configuration,
    TimeProvider time,
    ILogger<ResolutionDesk> log)
{
    const int MostRounds = 10;

    readonly ApprovalLimits limits = LimitsOf(configuration.GetSection("Reconciliation:approvalAbove"));

    /// <summary>The discrepancy of that id, or null.</summary>
    internal async Task<DiscrepancyDocument?> FindAsync(DiscrepancyId id, CancellationToken cancellation) =>
        (await discrepancies.FindAsync(id, acquirers.Profiles.Select(profile => profile.Name), cancellation))?.Value;

    /// <summary>
    /// Takes a step. Repeated under the same moment after it was cut short, it is not taken twice: what a claim began is known by
    /// the entry that it left.
    /// </summary>
    internal async Task<(DiscrepancyDocument Document, DiscrepancyRefusal? Refusal)> TakeAsync(
        DiscrepancyDocument found, DiscrepancyStep step, string by, DateTimeOffset at)
    {
        DiscrepancyRefusal? refusal = null;
        var changed = await discrepancies.ChangeAsync(
            found.Id,
            found.Acquirer,
            stored =>
            {
                refusal = null;
                if (stored.History.Any(entry => entry.At == at && entry.By == by)) return stored;
                var answer = DiscrepancyLife.Take(stored, step, by, limits, at);
                refusal = (answer as DiscrepancyAnswer.Refused)?.Why;
                return answer is DiscrepancyAnswer.Taken taken ? taken.Discrepancy : stored;
            },
            CancellationToken.None);
        if (refusal is null) Taken(changed.Id, step.GetType().Name, changed.Status, by);
        await TellLedgerAsync(changed, CancellationToken.None);
        return (changed, refusal);
    }

    /// <summary>Tells the ledger again of resolutions of which it may not have been told.</summary>
    internal async Task CatchUpAsync(int most, CancellationToken cancellation)
    {
        foreach (var profile in acquirers.Profiles)
            foreach (var due in await discrepancies.DueToLedgerAsync(profile.Name, most, cancellation))
                await TellLedgerAsync(due, cancellation);
    }

    async Task TellLedgerAsync(DiscrepancyDocument document, CancellationToken cancellation)
    {
        if (!document.IsDueToLedger) return;
        await WithdrawAsync(document.Discrepancy, cancellation);
        await ledger.SendAsync([new LedgerCause(LedgerSource.Resolution, document.Acquirer.Value, document.Id.Value)], cancellation);
        await discrepancies.LedgerWasToldAsync(document.Id, document.Acquirer, cancellation);
    }

    async Task WithdrawAsync(Discrepancy ended, CancellationToken cancellation)
    {
        if (ended is not { Kind: DiscrepancyKind.MissingAtAcquirer, Expectation: { } id }) return;
        for (var round = 0; round < MostRounds; round++)
        {
            if (await expectations.FindAsync(ended.Acquirer, ended.AcquirerReference, id, cancellation) is not { } stored) return;
            var withdrawn = Expectations.Withdraw(stored.Value, ended);
            if (ReferenceEquals(withdrawn, stored.Value) || await expectations.TrySaveAsync(withdrawn, stored.ETag, cancellation)) return;
        }
        throw new TimeoutException($"{id} was overtaken {MostRounds} times.");
    }

    /// <summary>When it is now: the moment under which a step is taken.</summary>
    internal DateTimeOffset Now() => time.GetUtcNow();

    static ApprovalLimits LimitsOf(IConfigurationSection section) => new(section.GetChildren().ToDictionary(
        one => Core.Currency.Find(one.Key.ToUpperInvariant()) is { } currency
            ? currency.Code
            : throw new InvalidOperationException($"{section.Path} names {one.Key}, which is no ISO 4217 code."),
        one => long.TryParse(one.Value, out var limit) && limit >= 0
            ? limit
            : throw new InvalidOperationException($"{one.Path} must be a number of minor units.")));

    [LoggerMessage(Level = LogLevel.Information, Message = "{Discrepancy}: {Step} by {Operator}, it is {Status}")]
    partial void Taken(DiscrepancyId discrepancy, string step, DiscrepancyStatus status, string @operator);
}
