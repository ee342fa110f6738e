using System.Globalization;
using System.Text;

namespace Railyard.Core.Merchants.Payouts;

/// <summary>The account of ours that merchants are paid from.</summary>
public sealed record DebtorAccount(string Name, Iban Iban, Bic? Bic);

/// <summary>One credit transfer of a payment file.</summary>
/// <param name="EndToEndId">See <see cref="PayoutId.EndToEnd"/>.</param>
/// <param name="Text">What the merchant reads on their statement.</param>
public sealed record PaymentOrder(string EndToEndId, Money Amount, MerchantAccount To, string Text);

/// <summary>
/// Payouts of one currency from one account as ISO 20022 pain.001.001.09. It is written piece by piece, so that a file is
/// never in memory as a whole, and the same orders are always the same bytes.
/// </summary>
public sealed class PaymentFile(
    string messageId, DateTimeOffset createdAt, DebtorAccount from, Currency currency, DateOnly executeOn, IReadOnlyList<PaymentOrder> orders)
{
    /// <summary>The schema.</summary>
    public const string Namespace = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";

    /// <summary>The longest id of a message, a payment or a transfer (Max35Text).</summary>
    public const int LongestId = 35;

    // The schema has 140; the rulebooks of SEPA take half of that.
    const int LongestName = 70;
    const int LongestText = 140;

    /// <summary>The file, in pieces.</summary>
    public IEnumerable<string> Write()
    {
        Check();
        yield return Head();
        foreach (var order in orders) yield return Transfer(order);
        yield return "</PmtInf>\n</CstmrCdtTrfInitn>\n</Document>\n";
    }

    /// <summary>The sum of all amounts, in minor units.</summary>
    public Int128 Sum => orders.Aggregate((Int128)0, (sum, order) => sum + order.Amount.MinorUnits);

    /// <summary>An amount in major units with all decimals of its currency, as banks read it.</summary>
    public static string Amount(Int128 minorUnits, Currency currency)
    {
        var digits = minorUnits.ToString(CultureInfo.InvariantCulture).PadLeft(currency.Exponent + 1, '0');
        return currency.Exponent == 0 ? digits : $"{digits[..^currency.Exponent]}.{digits[^currency.Exponent..]}";
    }

    void Check()
    {
        if (orders.Count == 0) throw new InvariantBroken($"{messageId} has nothing to pay.");
        if (messageId.Length > LongestId || !SepaText.Has(messageId)) throw new InvariantBroken($"{messageId} is no id of a message.");
        if (orders.Select(order => order.EndToEndId).Distinct().Count() != orders.Count)
            throw new InvariantBroken($"{messageId} would pay one of its payouts twice.");
    }

    string Head()
    {
        var (count, sum) = (orders.Count.ToString(CultureInfo.InvariantCulture), Amount(Sum, currency));
        var name = SepaText.Of(from.Name, LongestName);
        return new StringBuilder()
            .Append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"").Append(Namespace).Append("\">\n<CstmrCdtTrfInitn>\n")
            .Append($"<GrpHdr><MsgId>{messageId}</MsgId><CreDtTm>{createdAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}</CreDtTm>")
            .Append($"<NbOfTxs>{count}</NbOfTxs><CtrlSum>{sum}</CtrlSum><InitgPty><Nm>{name}</Nm></InitgPty></GrpHdr>\n")
            .Append($"<PmtInf><PmtInfId>{messageId}</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>{count}</NbOfTxs><CtrlSum>{sum}</CtrlSum>")
            .Append(IsSepa ? "<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>" : "")
            .Append($"<ReqdExctnDt><Dt>{executeOn:yyyy-MM-dd}</Dt></ReqdExctnDt><Dbtr><Nm>{name}</Nm></Dbtr>")
            .Append($"<DbtrAcct><Id><IBAN>{from.Iban.Value}</IBAN></Id><Ccy>{currency}</Ccy></DbtrAcct>")
            .Append($"<DbtrAgt>{Bank(from.Bic)}</DbtrAgt><ChrgBr>{(IsSepa ? "SLEV" : "SHAR")}</ChrgBr>\n")
            .ToString();
    }

    string Transfer(PaymentOrder order)
    {
        if (order.Amount.Currency != currency || order.Amount.IsZero || order.EndToEndId.Length > LongestId)
            throw new InvariantBroken($"{order.EndToEndId} has no place in {messageId}.");
        var bank = order.To.Bic is null ? "" : $"<CdtrAgt>{Bank(order.To.Bic)}</CdtrAgt>";
        return $"<CdtTrfTxInf><PmtId><EndToEndId>{order.EndToEndId}</EndToEndId></PmtId>"
            + $"<Amt><InstdAmt Ccy=\"{currency}\">{Amount(order.Amount.MinorUnits, currency)}</InstdAmt></Amt>{bank}"
            + $"<Cdtr><Nm>{Named(order.To.Name)}</Nm></Cdtr><CdtrAcct><Id><IBAN>{order.To.Iban.Value}</IBAN></Id></CdtrAcct>"
            + $"<RmtInf><Ustrd>{SepaText.Of(order.Text, LongestText)}</Ustrd></RmtInf></CdtTrfTxInf>\n";
    }

    bool IsSepa => currency.Code == "EUR";

    // A name of signs only would be left with none, and a bank refuses an empty one.
    static string Named(string name) => SepaText.Of(name, LongestName) is { Length: > 0 } written ? written : "NOTPROVIDED";

    static string Bank(Bic? bic) => bic is { } known
        ? $"<FinInstnId><BICFI>{known.Value}</BICFI></FinInstnId>"
        : "<FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>";
}
