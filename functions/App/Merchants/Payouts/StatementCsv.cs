using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;

namespace Railyard.App.Merchants.Payouts;

/// <summary>
/// A statement as CSV (RFC 4180), written as it is read: every item, then what no item stands for. The column net adds up to
/// the last two rows, with their signs turned.
/// </summary>
sealed class StatementCsv(PayoutDocument payout, PayoutLines lines) : IResult
{
    const string Header = "kind,id,payment,operation,settled_at,gross,fee,net,currency\r\n";

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, cancellation) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = Csv.ContentType;
        response.Headers.ContentDisposition = $"attachment; filename=\"{payout.Id}.csv\"";
        await response.WriteAsync(Header, cancellation);
        await foreach (var line in lines.AllAsync(payout, cancellation)) await response.WriteAsync(Row(line), cancellation);
        var rest = new StringBuilder();
        foreach (var line in payout.Payout.Statement.Lines.Where(line => IsBesideItems(line.Kind)))
            rest.Append(Row(Json.Word(line.Kind), line.Amount));
        rest.Append(Row("payout", Balance.Zero(payout.Payout.Amount.Currency).Debit(payout.Payout.Amount)));
        rest.Append(Row("carried_on", Balance.Zero(payout.Payout.Amount.Currency) - payout.Payout.Statement.CarriedOn));
        await response.WriteAsync(rest.ToString(), cancellation);
    }

    /// <summary>Whether a line of the statement is of no item.</summary>
    public static bool IsBesideItems(StatementLineKind kind) => kind switch
    {
        StatementLineKind.Carried or StatementLineKind.ReserveReleased or StatementLineKind.ReserveHeld => true,
        StatementLineKind.Sales or StatementLineKind.Refunds or StatementLineKind.RefundReversals => false,
        StatementLineKind.Chargebacks or StatementLineKind.ChargebackReversals => false,
        StatementLineKind.Adjustments or StatementLineKind.Fees => false,
    };

    /// <summary>An amount in major units, with its sign.</summary>
    public static string Amount(Balance balance) =>
        (balance.MinorUnits < 0 ? "-" : "") + PaymentFile.Amount(Int128.Abs(balance.MinorUnits), balance.Currency);

    static string Row(PayoutLineWire line)
    {
        var currency = Currency.Of(line.Currency);
        string Of(long minorUnits) => Amount(new Balance(minorUnits, currency));
        return $"{Json.Word(line.Kind)},{Csv.Text(line.Id.Value)},{Csv.Text(line.Payment)},{Csv.Text(line.Operation)},"
            + $"{line.SettledAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)},"
            + $"{Of(line.Gross)},{Of(line.Fee)},{Of(line.Net)},{line.Currency}\r\n";
    }

    static string Row(string kind, Balance amount) => $"{kind},,,,,,,{Amount(amount)},{amount.Currency}\r\n";
}
