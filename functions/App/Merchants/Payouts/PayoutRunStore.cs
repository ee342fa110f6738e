using Microsoft.Azure.Cosmos;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants.Payouts;

/// <summary>How far a run has come.</summary>
enum PayoutRunStatus { Collecting, NothingToPay, AwaitingApproval, Releasing, Released }

/// <summary>What a run pays in a currency.</summary>
/// <param name="Message">The id of the message to the bank.</param>
/// <param name="File">The file in the outbox, once it is there; null before, and where in the end nothing was to be sent.</param>
sealed record RunTotal(Currency Currency, int Payouts, Money Amount, string Message, string? File, bool IsWritten);

/// <summary>A day's payouts; one document with its entries beside it.</summary>
sealed record PayoutRun
{
    public const string OnlyId = "run";

    public string Id { get; init; } = OnlyId;

    public required PayoutRunId Owner { get; init; }

    public required DateOnly Day { get; init; }

    public required PayoutRunStatus Status { get; init; }

    /// <summary>The operator's key, or the timer.</summary>
    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string? ApprovedBy { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }

    public IReadOnlyList<RunTotal> Totals { get; init; } = [];

    public int Carried { get; init; }

    public int Held { get; init; }
}

/// <summary>What a run does for a merchant.</summary>
enum RunOutcome { ToPay, Carried, Held }

/// <summary>A payout in a run, or why there is none.</summary>
/// <param name="Account">Where to, as the approval will see it.</param>
sealed record RunEntry(
    string Id,
    PayoutRunId Owner,
    string Place,
    RunOutcome Outcome,
    MerchantId Merchant,
    PayoutId? Payout,
    Money? Amount,
    MerchantAccount? Account,
    string? Hold)
{
    public static RunEntry ToPay(PayoutRunId run, Payout payout, MerchantAccount account) =>
        new(payout.Id.Value, run, payout.Id.Value, RunOutcome.ToPay, payout.Merchant, payout.Id, payout.Amount, account, null);

    public static RunEntry Carried(PayoutRunId run, Payout payout) =>
        new(payout.Id.Value, run, payout.Id.Value, RunOutcome.Carried, payout.Merchant, payout.Id, null, null, null);

    public static RunEntry Held(PayoutRunId run, MerchantId merchant, string why) =>
        new($"held-{merchant}", run, $"held-{merchant}", RunOutcome.Held, merchant, null, null, null, why);
}

/// <summary>The run that a message to the bank is of.</summary>
sealed record MessagePlace(string Id, string Owner, PayoutRunId Run, Currency Currency)
{
    public const string OnlyId = "run";
}

/// <summary>Keeps runs.</summary>
public sealed class PayoutRunStore(Containers containers)
{
    const int MostRounds = 20;

    internal async Task<PayoutRun?> FindAsync(PayoutRunId id, CancellationToken cancellation) =>
        id.Value.StartsWith(PayoutRunId.Prefix, StringComparison.Ordinal)
            ? (await containers.Payouts.FindAsync<PayoutRun>(PayoutRun.OnlyId, id.Value, cancellation))?.Value
            : null;

    internal async Task<PayoutRun> LoadAsync(PayoutRunId id, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) ?? throw new InvariantBroken($"There is no payout run {id}.");

    /// <summary>Writes a new run; the run of that day, where there is one, stays as it is. What is there then.</summary>
    internal async Task<PayoutRun> CreateAsync(DateOnly day, string by, DateTimeOffset now, CancellationToken cancellation)
    {
        var run = new PayoutRun
        {
            Owner = PayoutRunId.Of(day), Day = day, Status = PayoutRunStatus.Collecting, CreatedBy = by, CreatedAt = now,
        };
        return await containers.Payouts.TryCreateAsync(run, run.Owner.Value, cancellation) is not null
            ? run
            : await LoadAsync(run.Owner, cancellation);
    }

    /// <summary>Changes a run as it was read, or again as it has become; the very one it was given means nothing to save.</summary>
    internal async Task<PayoutRun> ChangeAsync(PayoutRunId id, Func<PayoutRun, PayoutRun> change, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await containers.Payouts.FindAsync<PayoutRun>(PayoutRun.OnlyId, id.Value, cancellation)
                ?? throw new InvariantBroken($"There is no payout run {id}.");
            var changed = change(stored.Value);
            if (ReferenceEquals(changed, stored.Value)) return changed;
            if (await containers.Payouts.TrySaveAsync(PayoutRun.OnlyId, id.Value, changed, stored.ETag, cancellation) is not null) return changed;
        }
        throw new TimeoutException($"{id} changed {MostRounds} times while it was being changed.");
    }

    /// <summary>Keeps an entry; one that is there already stays.</summary>
    internal Task AddAsync(RunEntry entry, CancellationToken cancellation) =>
        containers.Payouts.TryCreateAsync(entry, entry.Owner.Value, cancellation);

    /// <summary>At most so many entries, in the order of their ids, after that one.</summary>
    internal Task<List<RunEntry>> EntriesAsync(PayoutRunId run, string after, int limit, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.place > @after ORDER BY c.place").WithParameter("@after", after);
        return containers.Payouts.FirstAsync<RunEntry>(query, run.Value, limit, cancellation);
    }

    /// <summary>Notes which run a message is of, before the bank hears of it.</summary>
    internal Task PlaceAsync(PayoutRunId run, RunTotal total, CancellationToken cancellation) => containers.Payouts.TryCreateAsync(
        new MessagePlace(MessagePlace.OnlyId, total.Message, run, total.Currency), total.Message, cancellation);

    /// <summary>The run of a message, or null where it is none of ours.</summary>
    internal async Task<MessagePlace?> FindMessageAsync(string message, CancellationToken cancellation) =>
        message.Length is > 0 and <= PaymentFile.LongestId && message.All(char.IsAsciiLetterOrDigit)
            ? (await containers.Payouts.FindAsync<MessagePlace>(MessagePlace.OnlyId, message, cancellation))?.Value
            : null;
}
