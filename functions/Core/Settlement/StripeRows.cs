using Row = Railyard.Core.Settlement.StripePayoutReconciliation;

namespace Railyard.Core.Settlement;

/// <summary>Rows of one payout reconciliation. References are those that the connector keeps of what it has done.</summary>
sealed class StripeRows(StripeColumns columns, bool capturesInParts) : IFileRows
{
    const string Zone = "UTC";
    const string Shape = "YYYY-MM-DD HH:MM:SS";

    readonly KnownTexts texts = new();
    ImpliedPayout? lastPayout;

    public ParsedRecord Parse(scoped in CsvRecord record, int number, ByteRange bytes, out LineFields line)
    {
        var fields = new FieldReader(record);
        var currency = fields.CurrencyOfAnyCase(columns.Currency, Row.Currency);
        var net = fields.Signed(columns.Net, Row.Net, currency);
        var gross = fields.Signed(columns.Gross, Row.Gross, currency);
        LineFee[] fees = record[columns.Fee].IsEmpty ? [] : [fields.Fee(FeeKind.Commission, columns.Fee, Row.Fee, currency)];
        var category = texts.Of(record[columns.Category]);
        var kind = Row.KindOf(category, net.Direction);
        if (fees is [{ Amount.IsZero: true }]) fees = [];
        line = new LineFields
        {
            Number = number,
            Bytes = bytes,
            Kind = kind,
            Type = category,
            AcquirerReference = Reference(ref fields, record, kind),
            ModificationReference = Modification(ref fields, record, kind),
            MerchantReference = fields.Reference(columns.OwnPayment, Row.OwnPayment),
            Gross = fields.Fault is null ? GrossOf(kind, gross, net, fees) : null,
            Net = net,
            Fees = fees,
            Batch = texts.Of(record[columns.Payout]),
            BookedAt = fields.Moment(columns.Created, Row.Created, ReadTime, Shape),
            Zone = Zone,
            Payout = PayoutOf(ref fields, record),
        };
        fields.Require(category.Length > 0, columns.Category, Row.Category, "a reporting category");
        fields.RequireShort(line.Type, columns.Category, Row.Category);
        fields.RequireShort(line.Batch, columns.Payout, Row.Payout);
        fields.Require(
            !line.AcquirerReference.IsEmpty || !Treatment.BelongsToPayment(kind), columns.Intent, Row.Intent, "the reference of a payment");
        return new(fields.Fault);
    }

    ReadOnlySpan<byte> Reference(scoped ref FieldReader fields, scoped in CsvRecord record, LineKind kind)
    {
        if (!Treatment.BelongsToPayment(kind) && kind != LineKind.Unknown) return default;
        var column = First(record, columns.Intent, columns.Charge, columns.Source);
        return fields.Reference(column, Row.Intent);
    }

    ReadOnlySpan<byte> Modification(scoped ref FieldReader fields, scoped in CsvRecord record, LineKind kind)
    {
        var column = kind switch
        {
            LineKind.Payment when capturesInParts => columns.Transaction,
            LineKind.Payment => First(record, columns.Charge, columns.Source),
            LineKind.Refund or LineKind.RefundReversal => First(record, columns.Refund, columns.Source),
            LineKind.Chargeback or LineKind.ChargebackReversal => First(record, columns.Dispute, columns.Source),
            LineKind.SecondChargeback or LineKind.CaptureReversal or LineKind.Fee or LineKind.Payout or LineKind.PayoutReturned => columns.Transaction,
            LineKind.PayIn or LineKind.ReserveHold or LineKind.ReserveRelease or LineKind.Carry or LineKind.Transfer => columns.Transaction,
            LineKind.Adjustment or LineKind.Conversion or LineKind.Unknown => columns.Transaction,
        };
        return fields.Reference(column, Row.Transaction);
    }

    // A row of the balance has no gross of its own, unless it does not add up: then its arithmetic is to be found wrong.
    static Movement? GrossOf(LineKind kind, Movement gross, Movement net, LineFee[] fees)
    {
        if (Treatment.BelongsToPayment(kind)) return gross;
        var charged = 0L;
        foreach (var fee in fees) charged += fee.Direction == Direction.Debit ? fee.Amount.MinorUnits : -fee.Amount.MinorUnits;
        return gross.ToBalance().MinorUnits - charged == net.ToBalance().MinorUnits ? null : gross;
    }

    ImpliedPayout? PayoutOf(scoped ref FieldReader fields, scoped in CsvRecord record)
    {
        if (record[columns.Payout].IsEmpty || record[columns.EffectiveAt].IsEmpty) return null;
        var paidAt = fields.Moment(columns.EffectiveAt, Row.EffectiveAt, ReadTime, Shape);
        var closedAt = record[columns.AvailableOn].IsEmpty
            ? paidAt
            : fields.Moment(columns.AvailableOn, Row.AvailableOn, ReadTime, Shape);
        var trace = record[columns.Trace].IsEmpty ? null : texts.Of(record[columns.Trace]);
        if (lastPayout is { } last && last.PaidAt == paidAt && last.ClosedAt == closedAt && last.Reference == trace) return last;
        return lastPayout = new(paidAt, closedAt, trace);
    }

    static int First(scoped in CsvRecord record, params ReadOnlySpan<int> places)
    {
        foreach (var place in places)
            if (!record[place].IsEmpty) return place;
        return CsvRecord.NoColumn;
    }

    static DateTimeOffset? ReadTime(ReadOnlySpan<byte> text) => ZonedTime.Read(text, TimeSpan.Zero);
}
