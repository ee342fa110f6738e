using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Acquiring;
using Railyard.Core;
using Railyard.Core.Ledger;
using Railyard.Core.Payments;

namespace Railyard.App.Ledger;

/// <summary>What operators see of the books.</summary>
public sealed class LedgerViews(
    LedgerReader ledger, BookOwners owners, TrialBalances balances, ClearingItems clearing, WatchLedger watch, Acquirers acquirers,
    TimeProvider time)
{
    const int LongestOwner = 100;
    const int LongestBook = 200;

    /// <summary>GET /ops/v1/ledger/books: the books of a month, owner by owner.</summary>
    [Function("ListBooks")]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/ledger/books")] HttpRequest request, FunctionContext context)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(request.Query, errors);
        var (limit, owner, month, after) = (parameters.Limit(), parameters.Text("owner", LongestOwner), ReadMonth(parameters), parameters.Text("cursor", LongestOwner));
        parameters.RefuseOthers();
        return errors.Count > 0 ? Problem.Invalid(errors) : Answer.Ok(await PageAsync(owner, month, after, limit, context.CancellationToken));
    }

    /// <summary>GET /ops/v1/ledger/books/{book}/entries: newest first.</summary>
    [Function("ListEntries")]
    public async Task<IResult> Entries(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/ledger/books/{book}/entries")] HttpRequest request,
        string book,
        FunctionContext context)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(request.Query, errors);
        var (limit, before) = (parameters.Limit(), parameters.Cursor(ReadPlace));
        parameters.RefuseOthers();
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (book.Length > LongestBook || BookId.Read(book) is not { } id) return Problem.NotFound("book");
        if (await ledger.FindAsync(id, context.CancellationToken) is null) return Problem.NotFound("book");
        var rows = await ledger.EntriesAsync(id, before, limit + 1, context.CancellationToken);
        var items = rows.Take(limit).ToList();
        return Answer.Ok(new EntryPage([.. items.Select(EntryWire.Of)], rows.Count > limit ? $"{items[^1].Sequence}" : null));
    }

    /// <summary>GET /ops/v1/ledger/trial-balance: all books together.</summary>
    [Function("GetTrialBalance")]
    public async Task<IResult> TrialBalance(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/ledger/trial-balance")] HttpRequest request, FunctionContext context)
    {
        _ = request;
        var books = await balances.ReadAsync(context.CancellationToken);
        return Answer.Ok(TrialBalanceWire.Of(books, await watch.LastAsync(context.CancellationToken)));
    }

    /// <summary>GET /ops/v1/ledger/open-items: what is open at an acquirer, by batch and age.</summary>
    [Function("ListOpenItems")]
    public async Task<IResult> OpenItems(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/ledger/open-items")] HttpRequest request, FunctionContext context)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(request.Query, errors);
        var name = parameters.Text("acquirer", LongestOwner);
        parameters.RefuseOthers();
        if (name is null) parameters.Wrong("acquirer", "required", "It is required.");
        if (errors.Count > 0) return Problem.Invalid(errors);
        var acquirer = new AcquirerName(name!);
        if (!acquirers.Knows(acquirer)) return Problem.NotFound("acquirer");
        var books = await balances.ReadAsync(context.CancellationToken);
        return Answer.Ok(await clearing.ReadAsync(acquirer, books.All, context.CancellationToken));
    }

    DateOnly ReadMonth(Parameters parameters)
    {
        if (parameters.Text("month") is not { } text) return BookId.MonthOf(time.GetUtcNow());
        if (DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month)) return month;
        parameters.Wrong("month", "invalid_date", "It must be a month such as 2026-11.");
        return default;
    }

    static long? ReadPlace(string cursor) =>
        long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : null;

    async Task<BookPage> PageAsync(string? owner, DateOnly month, string? after, int limit, CancellationToken cancellation)
    {
        var items = new List<BookWire>();
        var wanted = (await owners.AllAsync(cancellation)).Select(one => new BookOwner(one.Id))
            .Where(one => owner is null || one.Value == owner)
            .Where(one => after is null || string.CompareOrdinal(one.Value, after) > 0);
        BookOwner? last = null;
        foreach (var one in wanted.OrderBy(one => one.Value, StringComparer.Ordinal))
        {
            // A page ends between owners: all books of one are on the same.
            if (items.Count >= limit) return new BookPage(items, last?.Value);
            for (var lane = 0; lane < one.Lanes; lane++)
                if (await ledger.FindAsync(BookId.Of(one, month, lane), cancellation) is { } book) items.Add(BookWire.Of(book));
            last = one;
        }
        return new BookPage(items, null);
    }
}
