using Microsoft.AspNetCore.Http;
using Railyard.App.Operations;
using Railyard.Core;
using Railyard.Core.Merchants;
using Railyard.Core.Merchants.Payouts;

namespace Railyard.App.Merchants.Payouts;

/// <summary>A statement as a page to be read or printed, that needs nothing but itself and runs nothing.</summary>
static class StatementPage
{
    // What is printed is read by people; all items are in the CSV.
    const int MostItems = 1_000;

    const string Printed =
        "body { display: block; max-width: 60rem; }"
        + " section[aria-labelledby=statement] :is(td, th):nth-last-child(-n+2), section[aria-labelledby=items] :is(td, th):nth-last-child(-n+3)"
        + " { text-align: right; font-variant-numeric: tabular-nums; }"
        + " tbody tr.total th, tbody tr.total td { border-top: 2px solid var(--ink); font-weight: 700; } @media print { tr { break-inside: avoid; } }";

    public static async Task<IResult> OfAsync(
        PayoutDocument document, Merchant merchant, PayoutLines lines, CancellationToken cancellation)
    {
        var items = new List<PayoutLineWire>();
        await foreach (var line in lines.AllAsync(document, cancellation))
        {
            if (items.Count == MostItems) break;
            items.Add(line);
        }
        return new HtmlPage(Page(PayoutWire.Of(document), document, merchant, items));
    }

    static string Page(PayoutWire payout, PayoutDocument document, Merchant merchant, List<PayoutLineWire> items)
    {
        var title = $"Payout of {payout.Date:yyyy-MM-dd}";
        var body = $"""
            <header>
            <h1>{title}</h1>
            <p class="lead">{Html.Text(merchant.Name)}: {Amount(payout.Amount, payout.Currency)} {Html.Text(payout.Currency)}</p>
            <p>{Sentence(payout)} {Html.Code(payout.Id.Value)}</p>
            </header>
            <main>
            <section aria-labelledby="statement">
            <h2 id="statement">Statement</h2>
            {Html.Table(["", "Items", $"Amount, {payout.Currency}"], Statement(document.Payout.Statement))}
            </section>
            <section aria-labelledby="items">
            <h2 id="items">Items</h2>
            {Html.Table(["Item", "Payment", "Settled", "Gross", "Fee", "Net"], items.Select(Item))}
            {Left(document.Payout.Statement, items.Count)}
            </section>
            </main>
            """;
        return Html.Page(title, body, Printed);
    }

    static IEnumerable<string> Statement(PayoutStatement statement)
    {
        foreach (var line in statement.Lines) yield return Html.Row(null, Name(line.Kind), $"{line.Count}", StatementCsv.Amount(line.Amount));
        yield return Total("Paid out", Balance.Zero(statement.Payout.Currency).Credit(statement.Payout));
        if (statement.CarriedOn.MinorUnits != 0) yield return Total("Carried to the next payout", statement.CarriedOn);
    }

    static string Total(string name, Balance amount) =>
        Html.Row(null, name, "", StatementCsv.Amount(amount)).Replace("<tr>", "<tr class=\"total\">", StringComparison.Ordinal);

    static string Item(PayoutLineWire line) => Html.Row(
        null,
        Html.Text(Words(Json.Word(line.Kind))),
        line.Payment is null ? "" : Html.Code(line.Payment),
        $"{line.SettledAt.UtcDateTime:yyyy-MM-dd HH:mm}",
        Amount(line.Gross, line.Currency),
        Amount(line.Fee, line.Currency),
        Amount(line.Net, line.Currency));

    static string Left(PayoutStatement statement, int shown)
    {
        var all = statement.Lines.Where(line => line.Kind == StatementLineKind.Fees).Sum(line => line.Count);
        return all > shown ? $"<p>{all - shown} further items are in the CSV.</p>" : "";
    }

    static string Sentence(PayoutWire payout) => payout.Status switch
    {
        PayoutStatus.AwaitingApproval => $"It will be sent to {Account(payout)}.",
        PayoutStatus.Carried => payout.CarriedBecause == CarryReason.BelowMinimum
            ? "It is less than the minimum and is carried to the next payout."
            : "There is nothing to be paid out; what is owed is carried to the next payout.",
        PayoutStatus.Released => $"It was sent to {Account(payout)} on {payout.SentAt:yyyy-MM-dd}; the bank has not shown it yet.",
        PayoutStatus.Paid => $"It was paid to {Account(payout)} on {payout.PaidAt:yyyy-MM-dd}.",
        PayoutStatus.Reopened => $"{Account(payout)} did not take it; it will be sent again.",
    };

    static string Account(PayoutWire payout) => $"{Html.Text(payout.AccountName)}, {Html.Text(payout.Account)}";

    static string Name(StatementLineKind kind) => kind switch
    {
        StatementLineKind.Carried => "Carried from the payout before",
        StatementLineKind.Sales => "Sales",
        StatementLineKind.Refunds => "Refunds",
        StatementLineKind.RefundReversals => "Refunds that were undone",
        StatementLineKind.Chargebacks => "Chargebacks",
        StatementLineKind.ChargebackReversals => "Chargebacks that were won",
        StatementLineKind.Adjustments => "Adjustments",
        StatementLineKind.Fees => "Fees",
        StatementLineKind.ReserveReleased => "Reserve given back",
        StatementLineKind.ReserveHeld => "Reserve held",
    };

    static string Words(string word) => word.Replace('_', ' ');

    static string Amount(long minorUnits, string currency) => StatementCsv.Amount(new Balance(minorUnits, Currency.Of(currency)));
}
