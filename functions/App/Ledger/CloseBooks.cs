using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.Core.Ledger;

namespace Railyard.App.Ledger;

/// <summary>
/// Closes the books of months that are long over, and carries their balances on, so that a balance is read from the last
/// months and never from all. Cut short anywhere, it goes on where it was.
/// </summary>
public sealed partial class CloseBooks(Containers containers, BookOwners owners, TimeProvider time, ILogger<CloseBooks> log)
{
    const int MostRounds = 20;
    const int MostMonths = 600;

    /// <summary>How long after its end a month takes entries: settlement and bank lines come days later.</summary>
    internal static readonly TimeSpan ClosesAfter = TimeSpan.FromDays(10);

    [Function(nameof(CloseBooks))]
    public async Task Run([TimerTrigger("0 30 2 * * *")] TimerInfo timer, FunctionContext context)
    {
        _ = timer;
        await CloseAllAsync(context.CancellationToken);
    }

    internal async Task CloseAllAsync(CancellationToken cancellation)
    {
        foreach (var owner in await owners.AllAsync(cancellation)) await CloseAsync(new BookOwner(owner.Id), cancellation);
    }

    async Task CloseAsync(BookOwner owner, CancellationToken cancellation)
    {
        var last = BookId.MonthOf(time.GetUtcNow() - ClosesAfter).AddMonths(-1);
        for (var month = 0; month < MostMonths; month++)
        {
            var stored = await owners.FindAsync(owner, cancellation);
            if (stored is null) return;
            var next = stored.Value.CarriedThrough?.AddMonths(1) ?? stored.Value.First;
            if (next > last) return;
            // First nobody may open a book of that month any more, then each book of it is closed and carried.
            var closing = stored.Value with { ClosedThrough = next };
            if (stored.Value.ClosedThrough != next && !await owners.TrySaveAsync(closing, stored.ETag, cancellation)) continue;
            for (var lane = 0; lane < owner.Lanes; lane++) await CarryAsync(BookId.Of(owner, next, lane), cancellation);
            await NoteAsync(owner, next, cancellation);
            Closed(owner, next);
        }
    }

    async Task NoteAsync(BookOwner owner, DateOnly month, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = (await owners.FindAsync(owner, cancellation))!;
            if (stored.Value.CarriedThrough >= month) return;
            if (await owners.TrySaveAsync(stored.Value with { CarriedThrough = month }, stored.ETag, cancellation)) return;
        }
        throw new TimeoutException($"{owner} changed {MostRounds} times while {month} was being closed.");
    }

    async Task CarryAsync(BookId book, CancellationToken cancellation)
    {
        var closed = await ChangeAsync(book, balances => balances with { IsClosed = true, Opening = balances.Opening ?? [] }, cancellation);
        var carried = TurnoverRow.Read(closed.Opening!).Add(TurnoverRow.Read(closed.Own)).Carried();
        await ChangeAsync(book.Next, balances => balances with { Opening = TurnoverRow.Of(carried) }, cancellation);
    }

    async Task<BalancesDocument> ChangeAsync(
        BookId book, Func<BalancesDocument, BalancesDocument> change, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await containers.Ledger.FindAsync<BalancesDocument>(BalancesDocument.DocumentId, book.Value, cancellation);
            if (stored is { Value.IsClosed: true }) return stored.Value;
            var changed = change(stored?.Value ?? BalancesDocument.Empty(book));
            if (await containers.Ledger.TrySaveAsync(changed.Id, book.Value, changed, stored?.ETag, cancellation) is not null) return changed;
        }
        throw new TimeoutException($"{book} changed {MostRounds} times while it was being closed.");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The books of {Owner} are closed through {Month}")]
    partial void Closed(BookOwner owner, DateOnly month);
}
