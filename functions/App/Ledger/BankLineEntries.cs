using Railyard.App.Settlement.Bank;
using Railyard.Core;
using Railyard.Core.Ledger;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;

namespace Railyard.App.Ledger;

/// <summary>The entries of a line of a bank statement that was matched.</summary>
public sealed class BankLineEntries(Containers containers, BankStatementStore files) : ICauseEntries
{
    /// <inheritdoc/>
    public LedgerSource Source => LedgerSource.BankLine;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JournalEntry>> EntriesAsync(LedgerCause cause, CancellationToken cancellation)
    {
        var file = await files.LoadAsync(new FileId(cause.Partition), cancellation);
        var stored = await containers.Settlements.FindAsync<BankLineDocument>(cause.Id, cause.Partition, cancellation)
            ?? throw new InvariantBroken($"{cause.Partition} has no line {cause.Id}.");
        var line = stored.Value;
        if (line.End is not BankLineEnd.Matched matched) return [];
        var banked = new BankedLine($"{file.File}:{line.Id}", line.Account, line.Line.Amount, matched.IsReturn, line.Payments);
        return BankPostings.Of(banked, PostingDate.Of(BookedAt(line.Line), file.ReceivedAt));
    }

    // A statement knows days only.
    static DateTimeOffset BookedAt(BankLine line) => new(line.BookedOn, TimeOnly.MinValue, TimeSpan.Zero);
}
