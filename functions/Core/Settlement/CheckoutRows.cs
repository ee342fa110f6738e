using Row = Railyard.Core.Settlement.CheckoutBreakdown;

namespace Railyard.Core.Settlement;

/// <summary>Rows of one settlement breakdown.</summary>
sealed class CheckoutRows(CheckoutColumns columns) : IFileRows
{
    const string Zone = "UTC";

    readonly KnownTexts texts = new();
    readonly LineFee[] fees = new LineFee[columns.Fees.Length + 1];
    ImpliedPayout? lastPayout;

    public ParsedRecord Parse(scoped in CsvRecord record, int number, ByteRange bytes, out LineFields line)
    {
        var fields = new FieldReader(record);
        var currency = fields.CurrencyOfAnyCase(columns.HoldingCurrency, Row.HoldingCurrency);
        var net = fields.Signed(columns.Net, Row.Net, currency);
        var type = texts.Of(record[columns.Type]);
        var kind = Row.KindOf(type, net.Direction);
        var reserve = record[columns.Reserve].IsEmpty ? (Movement?)null : fields.Signed(columns.Reserve, Row.Reserve, currency);
        var bookedAt = fields.Moment(columns.ProcessedOn, Row.ProcessedOn, MomentText.Read, MomentText.Shape);
        var gross = ReadGross(ref fields, record, kind, currency);
        var isConverted = gross is { } paid && fields.Fault is null && paid.Amount.Currency != currency;
        line = new LineFields
        {
            Number = number,
            Bytes = bytes,
            Kind = kind,
            Type = type,
            AcquirerReference = fields.Reference(columns.Payment, Row.Payment) ,
            ModificationReference = fields.Reference(columns.Action, Row.Action),
            MerchantReference = fields.Reference(columns.Reference, Row.Reference),
            Gross = gross,
            Net = net,
            Fees = ReadFees(ref fields, record, currency, reserve),
            Reserve = reserve is { Amount.IsZero: false } ? reserve : null,
            Rate = isConverted ? fields.Rate(columns.Rate, Row.Rate) : null,
            Batch = texts.Of(record[columns.Payout]),
            BookedAt = bookedAt,
            Zone = Zone,
            Payout = PayoutOf(ref fields, record, bookedAt),
        };
        fields.Require(type.Length > 0, columns.Type, Row.Type, "a type");
        fields.RequireShort(type, columns.Type, Row.Type);
        fields.RequireShort(line.Batch, columns.Payout, Row.Payout);
        fields.Require(
            !line.AcquirerReference.IsEmpty || !Treatment.BelongsToPayment(kind), columns.Payment, Row.Payment, "the id of a payment");
        return new(fields.Fault);
    }

    // Paid in another currency, the amount there is what was asked for; without it the holding currency's is all there is.
    Movement? ReadGross(scoped ref FieldReader fields, scoped in CsvRecord record, LineKind kind, Currency holding)
    {
        if (!record[columns.ProcessingGross].IsEmpty && !record[columns.ProcessingCurrency].IsEmpty)
        {
            var processing = fields.CurrencyOfAnyCase(columns.ProcessingCurrency, Row.ProcessingCurrency);
            if (processing != holding) return fields.Signed(columns.ProcessingGross, Row.ProcessingGross, processing);
        }
        var gross = fields.Signed(columns.Gross, Row.Gross, holding);
        return gross.Amount.IsZero && !Treatment.BelongsToPayment(kind) && fields.Fault is null ? null : gross;
    }

    // Deductions are negative, and so is what is charged; what no column explains is a fee of no name.
    LineFee[] ReadFees(scoped ref FieldReader fields, scoped in CsvRecord record, Currency currency, Movement? reserve)
    {
        var deduction = fields.Signed(columns.Deduction, Row.Deduction, currency);
        if (fields.Fault is not null) return [];
        Int128 rest = deduction.ToBalance().MinorUnits - (reserve?.ToBalance().MinorUnits ?? 0);
        var count = 0;
        foreach (var (kind, name, place) in columns.Fees)
        {
            if (record[place].IsEmpty) continue;
            var part = fields.Signed(place, name, currency);
            if (fields.Fault is not null) return [];
            if (part.Amount.IsZero) continue;
            fees[count++] = new(kind, part.Amount, part.Direction);
            rest -= part.ToBalance().MinorUnits;
        }
        if (rest != 0)
            fees[count] = new(count == 0 ? FeeKind.Commission : FeeKind.Other, new((long)Int128.Abs(rest), currency), rest < 0 ? Direction.Debit : Direction.Credit);
        return [.. fees.AsSpan(0, rest != 0 ? count + 1 : count)];
    }

    ImpliedPayout? PayoutOf(scoped ref FieldReader fields, scoped in CsvRecord record, DateTimeOffset bookedAt)
    {
        if (record[columns.Payout].IsEmpty) return null;
        var paidAt = record[columns.AvailableOn].IsEmpty
            ? bookedAt
            : fields.Moment(columns.AvailableOn, Row.AvailableOn, MomentText.Read, MomentText.Shape);
        if (lastPayout is { } last && last.PaidAt == paidAt && last.ClosedAt == bookedAt) return last;
        return lastPayout = new(paidAt, bookedAt, texts.Of(record[columns.Payout]));
    }
}
