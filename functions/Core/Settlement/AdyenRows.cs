using Row = Railyard.Core.Settlement.AdyenSettlementDetails;

namespace Railyard.Core.Settlement;

/// <summary>Rows of one settlement details report.</summary>
sealed class AdyenRows(AdyenColumns columns) : IFileRows
{
    readonly KnownTexts texts = new();

    public ParsedRecord Parse(scoped in CsvRecord record, int number, ByteRange bytes, out LineFields line)
    {
        var fields = new FieldReader(record);
        var net = ReadNet(ref fields);
        var type = texts.Of(record[columns.Type]);
        var zone = texts.Of(record[columns.TimeZone]);
        var kind = AdyenTypes.KindOf(type, net.Direction);
        line = new LineFields
        {
            Number = number,
            Bytes = bytes,
            Kind = kind,
            Type = type,
            AcquirerReference = fields.Reference(columns.PspReference, Row.PspReference),
            ModificationReference = fields.Reference(columns.ModificationReference, Row.ModificationReference),
            MerchantReference = fields.Reference(columns.MerchantReference, Row.MerchantReference),
            Gross = ReadGross(ref fields, record, kind),
            Net = net,
            Fees = ReadFees(ref fields, record, net.Amount),
            Rate = fields.Rate(columns.ExchangeRate, Row.ExchangeRate),
            Batch = texts.Of(record[columns.BatchNumber]),
            BookedAt = fields.Time(columns.CreationDate, Row.CreationDate, columns.TimeZone, Row.TimeZone, zone),
            Zone = zone,
        };
        CheckTexts(ref fields, type, line.Batch, !line.AcquirerReference.IsEmpty || !Treatment.BelongsToPayment(kind));
        return new(fields.Fault);
    }

    Movement ReadNet(scoped ref FieldReader fields)
    {
        var currency = fields.RequiredCurrency(columns.NetCurrency, Row.NetCurrency);
        return fields.Movement((columns.NetDebit, Row.NetDebit), (columns.NetCredit, Row.NetCredit), currency);
    }

    // Rows of the balance name a gross currency, yet no gross amount: that is none, not zero.
    Movement? ReadGross(scoped ref FieldReader fields, scoped in CsvRecord record, LineKind kind)
    {
        var isEmpty = record[columns.GrossDebit].IsEmpty && record[columns.GrossCredit].IsEmpty;
        if (isEmpty && !Treatment.BelongsToPayment(kind)) return null;
        var currency = fields.RequiredCurrency(columns.GrossCurrency, Row.GrossCurrency);
        return fields.Movement((columns.GrossDebit, Row.GrossDebit), (columns.GrossCredit, Row.GrossCredit), currency);
    }

    LineFee[] ReadFees(scoped ref FieldReader fields, scoped in CsvRecord record, Money net)
    {
        List<LineFee>? fees = null;
        foreach (var (kind, name, place) in columns.Fees)
        {
            if (record[place].IsEmpty || fields.Fault is not null) continue;
            (fees ??= new(columns.Fees.Length)).Add(fields.Fee(kind, place, name, net.Currency));
        }
        return fees is null ? [] : [.. fees];
    }

    void CheckTexts(scoped ref FieldReader fields, string type, string batch, bool isComplete)
    {
        fields.Require(type.Length > 0, columns.Type, Row.Type, "a journal type");
        fields.RequireShort(type, columns.Type, Row.Type);
        fields.RequireShort(batch, columns.BatchNumber, Row.BatchNumber);
        fields.Require(isComplete, columns.PspReference, Row.PspReference, "the reference of a payment");
    }
}
