namespace Railyard.Core.Settlement;

/// <summary>
/// Adyen's settlement details report. Its columns come in several numbers and orders, so they are found by name; of the
/// columns with personal text (shopper, metadata) none is read.
/// </summary>
static class AdyenSettlementDetails
{
    public const string Name = "adyen_settlement_details";

    public const string PspReference = "Psp Reference";
    public const string MerchantReference = "Merchant Reference";
    public const string CreationDate = "Creation Date";
    public const string TimeZone = "TimeZone";
    public const string Type = "Type";
    public const string ModificationReference = "Modification Reference";
    public const string GrossCurrency = "Gross Currency";
    public const string GrossDebit = "Gross Debit (GC)";
    public const string GrossCredit = "Gross Credit (GC)";
    public const string ExchangeRate = "Exchange Rate";
    public const string NetCurrency = "Net Currency";
    public const string NetDebit = "Net Debit (NC)";
    public const string NetCredit = "Net Credit (NC)";
    public const string Commission = "Commission (NC)";
    public const string Markup = "Markup (NC)";
    public const string SchemeFees = "Scheme Fees (NC)";
    public const string Interchange = "Interchange (NC)";
    public const string BatchNumber = "Batch Number";

    static readonly string[] Required =
    [
        PspReference, CreationDate, TimeZone, Type, ModificationReference, GrossCurrency, GrossDebit, GrossCredit,
        NetCurrency, NetDebit, NetCredit, BatchNumber,
    ];

    /// <summary>A parser for rows below this header, or the first column it misses.</summary>
    public static HeaderVerdict ReadHeader(in CsvRecord header, ReadingTerms terms)
    {
        var places = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var twice = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < header.Count; i++)
        {
            var name = header.Text(i).Trim();
            if (!places.TryAdd(name, i)) twice.Add(name);
        }
        // Two columns of one name would make it a guess which of them to read.
        var missing = Array.Find(Required, name => !places.ContainsKey(name) || twice.Contains(name));
        return missing is null
            ? new(new(Name, new AdyenRows(new AdyenColumns(places)), BatchRule.PaidOutByRow, header.Count), null)
            : new(null, missing);
    }
}

/// <summary>Where each column of this file is.</summary>
sealed class AdyenColumns(Dictionary<string, int> places)
{
    public int PspReference { get; } = Place(places, AdyenSettlementDetails.PspReference);
    public int MerchantReference { get; } = Place(places, AdyenSettlementDetails.MerchantReference);
    public int CreationDate { get; } = Place(places, AdyenSettlementDetails.CreationDate);
    public int TimeZone { get; } = Place(places, AdyenSettlementDetails.TimeZone);
    public int Type { get; } = Place(places, AdyenSettlementDetails.Type);
    public int ModificationReference { get; } = Place(places, AdyenSettlementDetails.ModificationReference);
    public int GrossCurrency { get; } = Place(places, AdyenSettlementDetails.GrossCurrency);
    public int GrossDebit { get; } = Place(places, AdyenSettlementDetails.GrossDebit);
    public int GrossCredit { get; } = Place(places, AdyenSettlementDetails.GrossCredit);
    public int ExchangeRate { get; } = Place(places, AdyenSettlementDetails.ExchangeRate);
    public int NetCurrency { get; } = Place(places, AdyenSettlementDetails.NetCurrency);
    public int NetDebit { get; } = Place(places, AdyenSettlementDetails.NetDebit);
    public int NetCredit { get; } = Place(places, AdyenSettlementDetails.NetCredit);
    public int BatchNumber { get; } = Place(places, AdyenSettlementDetails.BatchNumber);

    /// <summary>The fee columns that this file has.</summary>
    public (FeeKind Kind, string Name, int Place)[] Fees { get; } =
    [
        .. new[]
        {
            (Kind: FeeKind.Commission, Name: AdyenSettlementDetails.Commission),
            (Kind: FeeKind.Markup, Name: AdyenSettlementDetails.Markup),
            (Kind: FeeKind.SchemeFees, Name: AdyenSettlementDetails.SchemeFees),
            (Kind: FeeKind.Interchange, Name: AdyenSettlementDetails.Interchange),
        }.Where(fee => places.ContainsKey(fee.Name)).Select(fee => (fee.Kind, fee.Name, places[fee.Name])),
    ];

    static int Place(Dictionary<string, int> places, string name) =>
        places.GetValueOrDefault(name, CsvRecord.NoColumn);
}
