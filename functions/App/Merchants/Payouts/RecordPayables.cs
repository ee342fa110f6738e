using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.App.Reconciliation;
using Railyard.App.Settlement;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Merchants.Payouts;

/// <summary>A group of a file's shards whose lines have been joined.</summary>
public sealed record PayablesOfGroup(FileId File, int Group);

/// <summary>
/// Makes payable what a group of a file's shards settles for merchants, and charges for it. Repeated, now or when a late
/// expectation or a person has explained another line, it adds what is not there yet; once the file was read again, it
/// takes back what is settled no more.
/// </summary>
public sealed partial class RecordPayables(
    SettlementFileStore files,
    DiscrepancyStore discrepancies,
    PayableSource source,
    PayableStore payables,
    TermsStore terms,
    PayoutDesk desk,
    PayoutPostings postings,
    ILogger<RecordPayables> log)
{
    [Function(nameof(RecordPayables))]
    public Task Run([ActivityTrigger] PayablesOfGroup group, FunctionContext context) => RecordAsync(group, context.CancellationToken);

    internal async Task RecordAsync(PayablesOfGroup group, CancellationToken cancellation)
    {
        var file = await files.LoadAsync(group.File, cancellation);
        if (await IsInDoubtAsync(file, cancellation))
        {
            InDoubt(group.File, group.Group);
            return;
        }
        var from = $"{group.File}:{group.Group}";
        var items = await source.ItemsAsync(file, group.Group, cancellation);
        // What was read while a later run was writing may be of both: that run records what is settled then.
        if (await files.LoadAsync(group.File, cancellation) is not { IsConcluded: true } now || now.Run != file.Run) return;
        await RecordAsync(from, items, cancellation);
        if (file.Run > SettlementFile.FirstRun) await CorrectAsync(from, items, cancellation);
    }

    /// <summary>Makes items of one source payable, each once.</summary>
    internal async Task RecordAsync(string from, ILookup<MerchantId, PayableItem> items, CancellationToken cancellation)
    {
        foreach (var merchant in items)
            foreach (var currency in merchant.GroupBy(item => item.Gross.Amount.Currency))
                await RecordAsync(from, merchant.Key, currency.Key, [.. currency], cancellation);
    }

    // A file that is not what it says it is pays nobody until a person has looked at it: lines may be lacking, or too many.
    async Task<bool> IsInDoubtAsync(SettlementFile file, CancellationToken cancellation)
    {
        if (file.Report is not { Control: { Status: ControlStatus.Broken } control }) return false;
        var broken = Discrepancy.OfControl(new FileFacts(file.File, file.Acquirer, file.Parsed?.ClosedAt), control);
        var found = await discrepancies.FindAsync(broken.Id, file.Acquirer, cancellation);
        return found?.Value.Discrepancy.State is not DiscrepancyState.Resolved;
    }

    async Task CorrectAsync(string from, ILookup<MerchantId, PayableItem> settled, CancellationToken cancellation)
    {
        foreach (var (merchant, currency) in await payables.OwnersAsync(from, cancellation))
        {
            var recorded = await payables.RecordedAsync(from, merchant, currency, cancellation);
            var lacking = PayableCorrections.Of(recorded, settled[merchant].Where(item => item.Gross.Amount.Currency == currency));
            if (lacking.Count > 0) await RecordAsync(from, merchant, currency, lacking, isPriced: true, cancellation);
        }
    }

    async Task RecordAsync(
        string from, MerchantId merchant, Currency currency, IReadOnlyList<PayableItem> items, CancellationToken cancellation)
    {
        var fees = (await terms.LoadAsync(merchant, cancellation)).Terms.In(currency)?.Fees;
        var priced = fees is null
            ? items.Select(item => new PricedItem(item, Balance.Zero(currency)))
            : (await source.WithCardsAsync(items, fees, cancellation)).Select(fees.Price);
        await RecordAsync(from, merchant, currency, [.. priced], isPriced: fees is not null, cancellation);
    }

    async Task RecordAsync(
        string from, MerchantId merchant, Currency currency, IReadOnlyList<PricedItem> items, bool isPriced, CancellationToken cancellation)
    {
        var packets = await payables.RecordAsync(from, merchant, currency, items, isPriced, cancellation);
        // After they are there: a payout that has looked into their month before looks again.
        await desk.ReopenMonthAsync(merchant, currency, Months.Of(packets[0].At), cancellation);
        await postings.ChargeAsync(packets.Where(packet => packet.IsPriced), cancellation);
        Recorded(merchant, items.Count, from, packets.Count);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} shards {Group}: its totals are broken, so nothing of it is payable until a person resolves that")]
    partial void InDoubt(FileId file, int group);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Merchant}: {Items} items of {Source} are payable, in {Packets} packets")]
    partial void Recorded(MerchantId merchant, int items, string source, int packets);
}
