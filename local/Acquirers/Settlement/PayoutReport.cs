using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Railyard.Local.Acquirers.Stripe;

namespace Railyard.Local.Acquirers.Settlement;

/// <summary>
/// Stripe's itemised payout reconciliation report of one batch: its payouts, one for each currency, as the lines that make
/// them up. A payout that is negative is collected, so nothing is carried on.
/// </summary>
sealed class PayoutReport(int batch, DateTimeOffset closedAt)
{
    const string Header =
        "automatic_payout_id,automatic_payout_effective_at,balance_transaction_id,created,available_on,currency,gross,fee," +
        "net,reporting_category,source_id,charge_id,payment_intent_id,refund_id,description,customer_facing_amount," +
        "customer_facing_currency,payment_metadata[payment],payment_method_type,card_brand,trace_id,trace_id_status";
    const int PayoutIdLength = 24;
    const string Time = "yyyy-MM-dd HH:mm:ss";

    readonly StringBuilder text = new(Header + "\n");
    int rows;

    public static Report Write(int batch, DateTimeOffset closedAt, IReadOnlyList<BatchLine> lines)
    {
        var report = new PayoutReport(batch, closedAt);
        foreach (var line in lines) report.Write(line);
        var paidOut = lines.GroupBy(line => line.Currency)
            .Select(one => new PaidOut(one.Key, one.Sum(line => line.Net), report.PayoutId(one.Key)))
            .Where(one => one.Amount != 0);
        return new Report(
            $"payout_reconciliation.itemized.5_{batch}.csv", report.text.ToString(), report.rows, [], [.. paidOut]);
    }

    void Write(BatchLine line)
    {
        if (line.Kind == LineKind.Refunded)
        {
            WriteRow(line, IntentView.TransactionId(line.ModificationPsp), "refund", -line.Gross, line.Commission);
            return;
        }
        // A charge that was captured once for less than it was authorised for is shown whole, and the rest taken back.
        var rest = line.IsCapturedInParts ? 0 : Math.Max(0, line.Authorised - line.Gross);
        WriteRow(line, IntentView.TransactionId(line.ModificationPsp), "charge", line.Gross + rest, line.Commission);
        if (rest > 0)
            WriteRow(line, IntentView.TransactionId($"{line.ModificationPsp}R"), "partial_capture_reversal", -rest, 0);
    }

    void WriteRow(BatchLine line, string transaction, string category, long gross, long fee)
    {
        var isRefund = category == "refund";
        var currency = line.Currency.ToLowerInvariant();
        text.AppendJoin(
            ',',
            PayoutId(line.Currency), closedAt.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture), transaction,
            line.BookedAt.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture),
            closedAt.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture), currency,
            StripeUnits.Text(gross, line.Currency), StripeUnits.Text(fee, line.Currency), StripeUnits.Text(gross - fee, line.Currency),
            category, isRefund ? IntentView.RefundId(line.ModificationPsp) : IntentView.ChargeId(line.Psp),
            IntentView.ChargeId(line.Psp), line.Intent is { } intent ? $"pi_{intent}" : "",
            isRefund ? IntentView.RefundId(line.ModificationPsp) : "", "", StripeUnits.Text(gross, line.Currency), currency,
            Quoted(line.Reference), "card", IntentView.Brand(line.Brand), "", "pending");
        text.Append('\n');
        rows++;
    }

    string PayoutId(string currency) =>
        $"po_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{batch}|{closedAt.UtcTicks}|{currency}")))[..PayoutIdLength]}";

    static string Quoted(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"")}\"";
}
