namespace Railyard.Core.Settlement;

/// <summary>
/// PayPal's settlement report (STL). The first field of a record says what it is: report, file and section headers, the
/// columns, the body, and footers and counts for section, report and file. Amounts are unsigned, have two decimals whatever
/// the currency, and go the way that the field before them says.
/// </summary>
static class PayPalSettlement
{
    public const string Name = "paypal_settlement";

    public const string Transaction = "Transaction ID";
    public const string Invoice = "Invoice ID";
    public const string Reference = "PayPal Reference ID";
    public const string ReferenceType = "PayPal Reference ID Type";
    public const string EventCode = "Transaction Event Code";
    public const string InitiatedAt = "Transaction Initiation Date";
    public const string CompletedAt = "Transaction Completion Date";
    public const string GrossDirection = "Transaction Debit or Credit";
    public const string Gross = "Gross Transaction Amount";
    public const string GrossCurrency = "Gross Transaction Currency";
    public const string FeeDirection = "Fee Debit or Credit";
    public const string Fee = "Fee Amount";
    public const string FeeCurrency = "Fee Currency";
    public const string BankReference = "Bank Reference ID";

    /// <summary>The columns without which no row can be read.</summary>
    public static readonly string[] Required =
        [Transaction, EventCode, InitiatedAt, GrossDirection, Gross, GrossCurrency, FeeDirection, Fee, FeeCurrency];

    const int ReportAccount = 3;
    const int GroupLength = 3;

    /// <summary>A file that begins with a report header.</summary>
    public static HeaderVerdict ReadHeader(in CsvRecord header, ReadingTerms terms) =>
        header.Count > ReportAccount && header[0].SequenceEqual("RH"u8)
            ? new(new(Name, new PayPalRows($"{header.Text(ReportAccount)}|{header.Text(1)}|{header.Text(2)}"), BatchRule.NotClosed, 0), null)
            : new(null, "RH");

    /// <summary>
    /// The kind of an event code. Its first digits are its group; where a group goes both ways, the direction tells.
    /// </summary>
    public static LineKind KindOf(string code, Direction gross)
    {
        var isCredit = gross == Direction.Credit;
        return code switch
        {
            "T1107" or "T1106" => isCredit ? LineKind.RefundReversal : LineKind.Refund,
            "T1108" => LineKind.Fee,
            "T1110" or "T1111" => isCredit ? LineKind.ReserveRelease : LineKind.ReserveHold,
            "T1201" => LineKind.Chargeback,
            "T1202" => LineKind.ChargebackReversal,
            _ when code.Length < GroupLength => LineKind.Unknown,
            _ => code[..GroupLength] switch
            {
                "T00" => isCredit ? LineKind.Payment : LineKind.Transfer,
                "T01" => LineKind.Fee,
                "T02" => LineKind.Conversion,
                "T03" or "T07" => LineKind.PayIn,
                "T04" => isCredit ? LineKind.PayoutReturned : LineKind.Payout,
                "T05" or "T06" or "T19" or "T20" or "T22" => LineKind.Transfer,
                "T08" or "T09" or "T10" or "T12" => LineKind.Adjustment,
                "T15" or "T21" => isCredit ? LineKind.ReserveRelease : LineKind.ReserveHold,
                _ => LineKind.Unknown,
            },
        };
    }
}

/// <summary>Where each column of the body is.</summary>
sealed class PayPalColumns(ColumnNames names)
{
    public int Transaction { get; } = names[PayPalSettlement.Transaction];
    public int Invoice { get; } = names[PayPalSettlement.Invoice];
    public int Reference { get; } = names[PayPalSettlement.Reference];
    public int ReferenceType { get; } = names[PayPalSettlement.ReferenceType];
    public int EventCode { get; } = names[PayPalSettlement.EventCode];
    public int InitiatedAt { get; } = names[PayPalSettlement.InitiatedAt];
    public int CompletedAt { get; } = names[PayPalSettlement.CompletedAt];
    public int GrossDirection { get; } = names[PayPalSettlement.GrossDirection];
    public int Gross { get; } = names[PayPalSettlement.Gross];
    public int GrossCurrency { get; } = names[PayPalSettlement.GrossCurrency];
    public int FeeDirection { get; } = names[PayPalSettlement.FeeDirection];
    public int Fee { get; } = names[PayPalSettlement.Fee];
    public int FeeCurrency { get; } = names[PayPalSettlement.FeeCurrency];
    public int BankReference { get; } = names[PayPalSettlement.BankReference];
}
