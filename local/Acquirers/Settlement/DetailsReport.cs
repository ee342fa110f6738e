using System.Globalization;
using System.Text;

namespace Railyard.Local.Acquirers.Settlement;

/// <summary>Adyen's settlement details report of one batch.</summary>
sealed class DetailsReport(string merchantAccount, int batch, DateTimeOffset closedAt)
{
    const string CompanyAccount = "Railyard";
    const string Header =
        "Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date," +
        "TimeZone,Type,Modification Reference,Gross Currency,Gross Debit (GC),Gross Credit (GC)," +
        "Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),Commission (NC),Markup (NC)," +
        "Scheme Fees (NC),Interchange (NC)," +
        "Payment Method Variant,Modification Merchant Reference,Batch Number," +
        "Reserved4,Reserved5,Reserved6,Reserved7,Reserved8,Reserved9,Reserved10";
    const int Reserved = 7;

    readonly StringBuilder text = new(Header + "\n");
    int payouts;

    // The negative balances that this batch passes on.
    readonly List<CarriedBalance> carriedOn = [];
    readonly List<PaidOut> paidOut = [];
    int rows;

    /// <summary>
    /// Writes the lines, the balances taken over from earlier batches, and last, per currency, what is paid out
    /// or carried on, so that each currency's rows come to nothing.
    /// </summary>
    public static Report Write(
        string merchantAccount, int batch, DateTimeOffset closedAt,
        IReadOnlyList<BatchLine> lines, IReadOnlyList<CarriedBalance> takenOver)
    {
        var report = new DetailsReport(merchantAccount, batch, closedAt);
        foreach (var line in lines) report.Write(line);
        foreach (var balance in takenOver) report.WriteTakenOver(balance);
        foreach (var currency in lines.Select(line => line.Currency).Distinct().Order(StringComparer.Ordinal))
        {
            var taken = takenOver.Where(balance => balance.Currency == currency).Sum(balance => balance.Amount);
            var net = lines.Where(line => line.Currency == currency).Sum(line => line.Net) - taken;
            report.WriteRemainder(currency, net);
        }
        return new Report(
            $"settlement_detail_report_batch_{batch}.csv", report.text.ToString(), report.rows, report.carriedOn, report.paidOut);
    }

    void Write(BatchLine line)
    {
        var gross = MinorUnits.Text(line.Gross, line.Currency);
        var net = MinorUnits.Text(Math.Abs(line.Net), line.Currency);
        var commission = line.Commission == 0 ? "" : MinorUnits.Text(line.Commission, line.Currency);
        var isSettled = line.Kind == LineKind.Settled;
        WriteRow(
            line.Psp, line.Reference, line.Brand, Time(line.BookedAt), line.Kind.ToString(),
            line.ModificationPsp, line.Currency, isSettled ? "" : gross, isSettled ? gross : "", "1",
            line.Currency, line.Net < 0 ? net : "", line.Net < 0 ? "" : net, commission,
            line.Brand, line.ModificationReference ?? "");
    }

    void WriteTakenOver(CarriedBalance balance) =>
        WriteBalance(
            "Balancetransfer", $"From batch {balance.FromBatch}, {merchantAccount}", balance.Currency,
            debit: balance.Amount);

    void WriteRemainder(string currency, long net)
    {
        if (net > 0)
        {
            var reference = PayoutText();
            WriteBalance("MerchantPayout", reference, currency, debit: net);
            paidOut.Add(new PaidOut(currency, net, reference));
        }
        if (net >= 0) return;
        WriteBalance("Balancetransfer", $"To a later batch, {merchantAccount}", currency, credit: -net);
        carriedOn.Add(new CarriedBalance(currency, -net, batch));
    }

    // The bank statement carries the transfer number, so every payout of a batch has one of its own.
    string PayoutText() =>
        $"TX{closedAt.ToUnixTimeSeconds()}{++payouts:D2}XT batch {batch}, {merchantAccount}";

    void WriteBalance(string type, string note, string currency, long debit = 0, long credit = 0) =>
        WriteRow(
            "", "", "", Time(closedAt), type, note, currency, "", "", "", currency,
            debit == 0 ? "" : MinorUnits.Text(debit, currency),
            credit == 0 ? "" : MinorUnits.Text(credit, currency),
            "", "", "");

    void WriteRow(
        string psp, string reference, string method, string createdAt, string type, string modification,
        string grossCurrency, string grossDebit, string grossCredit, string rate,
        string netCurrency, string netDebit, string netCredit, string commission,
        string variant, string modificationReference)
    {
        text.AppendJoin(
            ',',
            CompanyAccount, Quoted(merchantAccount), psp, Quoted(reference), method, createdAt, "UTC", type,
            Quoted(modification), grossCurrency, grossDebit, grossCredit, rate,
            netCurrency, netDebit, netCredit, commission, "", "", "",
            variant, Quoted(modificationReference), batch);
        text.Append(',', Reserved).Append('\n');
        rows++;
    }

    static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    static string Quoted(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"")}\"";
}
