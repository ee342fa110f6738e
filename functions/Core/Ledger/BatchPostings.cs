using Railyard.Core.Payments;
using Railyard.Core.Settlement;
using static Railyard.Core.Ledger.PostingRules;

namespace Railyard.Core.Ledger;

/// <summary>The entries of a file's batches as a whole: what was charged, held, carried and paid out.</summary>
public static class BatchPostings
{
    /// <summary>The entries of a file that was read. The same file makes the same entries.</summary>
    /// <param name="file">The file.</param>
    /// <param name="acquirer">Who sent it.</param>
    /// <param name="parsed">What it says.</param>
    /// <param name="effectiveAt">When it takes effect (<see cref="PostingDate"/>).</param>
    public static IReadOnlyList<JournalEntry> Of(FileId file, AcquirerName acquirer, ParsedFile parsed, DateTimeOffset effectiveAt)
    {
        return
        [
            .. parsed.BatchRows.Select(row => OfRow(row)).OfType<JournalEntry>(),
            .. parsed.Payouts.Select((payout, number) => OfPayout(payout, number)).OfType<JournalEntry>(),
        ];

        JournalEntry? OfRow(BatchRow row)
        {
            var (rule, amount) = RuleOf(row);
            return rule is null ? null : Post(rule, row.Batch, $"{row.Kind}:{row.Net.Currency}", amount);
        }

        JournalEntry? OfPayout(BatchPayout payout, int number) =>
            Post(BatchPaidOut, payout.Batch, $"payout {number}", payout.Paid.ToBalance());

        JournalEntry? Post(PostingRule rule, string batchName, string what, Balance amount)
        {
            var batch = batchName.Length == 0 ? SettlementPostings.NoBatch : batchName;
            var book = BookId.Of(BookOwner.Of(acquirer), effectiveAt, batch);
            return rule.Post(book, $"{file}:{batch}:{what}", effectiveAt, new PartAmounts((Part.Amount, amount)), acquirer.Value, batch, file.Value);
        }
    }

    // What is taken from the batch is below nothing in the file.
    static (PostingRule? Rule, Balance Amount) RuleOf(BatchRow row) => row.Kind switch
    {
        LineKind.Fee => (BatchFee, SettlementPostings.Negative(row.Net)),
        LineKind.ReserveHold => (ReserveHeld, SettlementPostings.Negative(row.Net)),
        LineKind.ReserveRelease => (ReserveReleased, row.Net),
        LineKind.Carry => (BatchCarried, SettlementPostings.Negative(row.Net)),
        LineKind.PayoutReturned or LineKind.PayIn => (PayoutReturned, row.Net),
        // One by one, not added up: the bank statement shows each.
        LineKind.Payout => (null, row.Net),
        LineKind.Payment or LineKind.Refund or LineKind.RefundReversal or LineKind.Chargeback or LineKind.SecondChargeback
            or LineKind.ChargebackReversal or LineKind.Transfer or LineKind.Adjustment or LineKind.Unknown
            => throw new InvariantBroken($"{row.Kind} is matched line by line, not by batch."),
    };
}
