using Railyard.App.Payments;
using Railyard.Core.Ledger;
using Railyard.Core.Payments;

namespace Railyard.App.Ledger;

/// <summary>
/// Builds a book again from its entries, and the entries of its payments again from their events: one book at a look, one
/// owner after the other.
/// </summary>
public sealed class BookRebuild(
    Containers containers, LedgerReader ledger, BookOwners owners, PaymentStore payments, TimeProvider time)
{
    const int PageRows = 500;
    const int MostEntries = 20_000;
    const int MostPayments = 100;

    // What happened just now may not have been posted yet.
    static readonly TimeSpan PostedWithin = TimeSpan.FromMinutes(10);

    /// <summary>The book after that one, and what is wrong with it.</summary>
    internal async Task<(string? Book, IReadOnlyList<LedgerFinding> Findings)> NextAsync(string? last, CancellationToken cancellation)
    {
        var month = BookId.MonthOf(time.GetUtcNow());
        var books = (await owners.AllAsync(cancellation)).Select(owner => new BookOwner(owner.Id))
            .SelectMany(owner => Enumerable.Range(0, owner.Lanes).Select(lane => BookId.Of(owner, month, lane)))
            .OrderBy(book => book.Value, StringComparer.Ordinal)
            .ToList();
        if (books.Count == 0) return (null, []);
        var next = books.Find(book => string.CompareOrdinal(book.Value, last) > 0) is { Value: not null } after ? after : books[0];
        return (next.Value, await CheckAsync(next, cancellation));
    }

    /// <summary>What is wrong with a book; a book with more entries than one look reads is left to its sums.</summary>
    internal async Task<IReadOnlyList<LedgerFinding>> CheckAsync(BookId book, CancellationToken cancellation)
    {
        if (await ledger.FindAsync(book, cancellation) is not { Entries: <= MostEntries } kept) return [];
        var entries = new List<EntryDocument>();
        for (long? before = kept.Entries + 1; before > 1;)
        {
            var page = await ledger.EntriesAsync(book, before, PageRows, cancellation);
            if (page.Count == 0) break;
            entries.AddRange(page);
            before = page[^1].Sequence;
        }
        var rebuilt = new Turnovers();
        foreach (var entry in entries) rebuilt.Add(entry.ToEntry());
        var findings = Invariants.OfEntries(book.Value, TurnoverRow.Read(kept.Own), rebuilt).ToList();
        if (book.Owner.IsMerchant) findings.AddRange(await OfEventsAsync(book, entries, cancellation));
        return findings;
    }

    async Task<IReadOnlyList<LedgerFinding>> OfEventsAsync(BookId book, List<EntryDocument> entries, CancellationToken cancellation)
    {
        var findings = new List<LedgerFinding>();
        var recent = entries.Select(entry => entry.About).OfType<string>()
            .Where(about => about.StartsWith(PaymentId.Prefix, StringComparison.Ordinal)).Distinct().Take(MostPayments);
        foreach (var about in recent)
            if (await payments.FindAsync(new PaymentId(about), cancellation) is { } payment)
                findings.AddRange(await MissingAsync(book, payment, cancellation));
        return findings;
    }

    async Task<IReadOnlyList<LedgerFinding>> MissingAsync(BookId book, Payment payment, CancellationToken cancellation)
    {
        var findings = new List<LedgerFinding>();
        foreach (var recorded in payment.Events.Where(recorded => recorded.At < time.GetUtcNow() - PostedWithin))
        {
            var wanted = PaymentPostings.Of(PaymentHappening.Of(payment, recorded), payment);
            foreach (var entry in wanted.Where(entry => entry.Book == book))
                if (await ComparedAsync(entry, cancellation) is { } finding) findings.Add(finding);
        }
        return findings;
    }

    // An entry of a closed month is posted later; a book of the running month is the one that is looked at.
    async Task<LedgerFinding?> ComparedAsync(JournalEntry wanted, CancellationToken cancellation)
    {
        var stored = await containers.Ledger.FindAsync<EntryDocument>(wanted.Id.Value, wanted.Book.Value, cancellation);
        if (stored is not null && stored.Value.ToEntry().Postings.SequenceEqual(wanted.Postings)) return null;
        var amount = wanted.Postings.Where(posting => posting.Side == Side.Debit).Max(posting => posting.Amount.MinorUnits);
        return new(
            Invariant.EntriesFollowEvents, $"{wanted.Book} {wanted.Id}", amount,
            $"{wanted.Rule} of {wanted.Cause} {(stored is null ? "is missing" : "is another")}");
    }
}
