namespace Railyard.Core.Settlement;

/// <summary>Records of one file of a layout, with what its totals are held against.</summary>
sealed class LayoutRows(SettlementLayout layout, LayoutSlots slots, DatePattern dates) : IFileRows
{
    static readonly IReadOnlyList<ControlCheck> NoChecks = [];
    static readonly string LongReference = $"at most {SettlementLine.LongestReference} bytes";

    readonly KnownTexts texts = new();
    readonly LayoutSums sums = new(layout, slots);
    readonly LineFee[] fees = new LineFee[slots.Fees.Length];
    readonly bool areLinesNamed = Array.Exists(slots.Records, record => record.Role == RecordRole.Line);
    ImpliedPayout? lastPayout;

    public FileSequence? Sequence { get; private set; }

    public DateTimeOffset? ClosedAt { get; private set; }

    public void AddUnread() => sums.AddLine();

    public IReadOnlyList<ControlCheck> AtEnd() => sums.AtEnd();

    public ParsedRecord Parse(scoped in CsvRecord record, int number, ByteRange bytes, out LineFields line)
    {
        line = default;
        return RoleOf(record) switch
        {
            RecordRole.Line => ParseLine(record, number, bytes, out line),
            RecordRole.Header => ReadHeader(record),
            RecordRole.Trailer => sums.Hold(record, RecordRole.Trailer),
            RecordRole.Skipped => new(null, NoChecks),
            null => Unknown(record),
        };
    }

    // Where some records are named, what is none of them is a line, unless lines have a name too.
    RecordRole? RoleOf(scoped in CsvRecord record)
    {
        foreach (var (role, at, text) in slots.Records)
            if (at.In(record).SequenceEqual(text)) return role;
        return areLinesNamed ? null : RecordRole.Line;
    }

    ParsedRecord Unknown(scoped in CsvRecord record)
    {
        sums.AddLine();
        return new(new("record", "a record that the layout names", slots.Records[0].At.Shown(record)));
    }

    ParsedRecord ReadHeader(scoped in CsvRecord record)
    {
        if (layout.Sequence is not null)
        {
            if (LayoutSums.Number(slots.Sequence.In(record)) is not { } number)
                return new(new("sequence", "a number", slots.Sequence.Shown(record)));
            Sequence = new(layout.Name, number, null);
        }
        if (layout.ClosedAt is not null)
        {
            var reader = new SlotReader(record);
            ClosedAt = ReadMoment(ref reader, record, slots.ClosedAt, "closed_at");
            if (reader.Fault is not null) return new(reader.Fault);
        }
        return sums.Hold(record, RecordRole.Header);
    }

    ParsedRecord ParseLine(scoped in CsvRecord record, int number, ByteRange bytes, out LineFields line)
    {
        line = default;
        sums.AddLine();
        var reader = new SlotReader(record);
        var grossCurrency = reader.Currency(slots.Currency, "currency");
        var netCurrency = slots.NetCurrency.In(record).IsEmpty ? grossCurrency : reader.Currency(slots.NetCurrency, "net_currency");
        var type = texts.Of(slots.Type.In(record));
        var known = layout.Types.GetValueOrDefault(type);
        reader.Require(type.Length is > 0 and <= SettlementLine.LongestReference, slots.Type, "type", "a type");
        var charged = ReadFees(ref reader, record, netCurrency);
        var gross = reader.Amount(slots.Gross, "gross", layout.Numbers, grossCurrency, known?.Direction);
        var net = reader.Amount(slots.Net, "net", layout.Numbers, netCurrency, known?.Direction);
        if (reader.Fault is not null) return new(reader.Fault);
        if (gross is null && grossCurrency != netCurrency) reader.Fail(slots.NetCurrency, "net_currency", "the currency of the gross amount");
        if (net is null && grossCurrency != netCurrency) reader.Fail(slots.NetCurrency, "net_currency", "a net amount where currencies differ");
        if (reader.Fault is not null) return new(reader.Fault);
        var settled = net ?? Plus(gross!.Value, -Charged(charged));
        var kind = KindOf(known, settled.Direction);
        line = LineOf(ref reader, record, kind, type, number, bytes) with
        {
            Gross = Treatment.BelongsToPayment(kind) || Treatment.Ignores(kind) is null ? gross ?? Plus(settled, Charged(charged)) : null,
            Net = settled,
            Fees = charged,
        };
        if (reader.Fault is not null) return new(reader.Fault);
        sums.Add(line, gross ?? Plus(settled, Charged(charged)));
        return default;
    }

    LineFields LineOf(scoped ref SlotReader reader, scoped in CsvRecord record, LineKind kind, string type, int number, ByteRange bytes)
    {
        var bookedAt = ReadMoment(ref reader, record, slots.BookedAt, "booked_at");
        var line = new LineFields
        {
            Number = number,
            Bytes = bytes,
            Kind = kind,
            Type = type,
            AcquirerReference = reader.Reference(slots.AcquirerReference, "acquirer_reference", LongReference),
            ModificationReference = reader.Reference(slots.ModificationReference, "modification_reference", LongReference),
            MerchantReference = reader.Reference(slots.MerchantReference, "merchant_reference", LongReference),
            Net = default,
            Fees = [],
            Rate = reader.Rate(slots.Rate, "rate"),
            Batch = texts.Of(slots.Batch.In(record)),
            BookedAt = bookedAt,
            Zone = texts.Of(slots.Zone.In(record)),
            Payout = PayoutOf(ref reader, record, bookedAt),
        };
        reader.Require(line.Batch.Length <= SettlementLine.LongestReference, slots.Batch, "batch", LongReference);
        reader.Require(
            !line.AcquirerReference.IsEmpty || !Treatment.BelongsToPayment(kind), slots.AcquirerReference, "acquirer_reference", "the reference of a payment");
        return line;
    }

    LineFee[] ReadFees(scoped ref SlotReader reader, scoped in CsvRecord record, Currency currency)
    {
        var count = 0;
        for (var i = 0; i < slots.Fees.Length; i++)
        {
            var (kind, at) = slots.Fees[i];
            if (at.In(record).IsEmpty || reader.Fault is not null) continue;
            if (LayoutNumber.Read(at.In(record), layout.Numbers, currency) is not { } fee)
            {
                reader.Fail(at, $"fees[{i}]", $"an amount ({currency})");
                continue;
            }
            if (fee.Amount.IsZero) continue;
            fees[count++] = new(kind, fee.Amount, fee.IsNegative == layout.Numbers.AreFeesNegative ? Direction.Debit : Direction.Credit);
        }
        return [.. fees.AsSpan(0, count)];
    }

    DateTimeOffset ReadMoment(scoped ref SlotReader reader, scoped in CsvRecord record, Slot at, string name)
    {
        if (reader.Fault is not null) return default;
        var offset = dates.HasOffset ? TimeSpan.Zero : ZonedTime.Offset(texts.Of(slots.Zone.In(record)));
        reader.Require(offset is not null, slots.Zone, "zone", "a known time zone");
        var moment = dates.Read(at.In(record), offset.GetValueOrDefault());
        reader.Require(moment is not null, at, name, layout.Dates.Pattern);
        return moment.GetValueOrDefault();
    }

    ImpliedPayout? PayoutOf(scoped ref SlotReader reader, scoped in CsvRecord record, DateTimeOffset bookedAt)
    {
        if (layout.Batches != BatchRule.PaidOutAsBatch || slots.Batch.In(record).IsEmpty) return null;
        var paidAt = slots.PaidAt.In(record).IsEmpty ? bookedAt : ReadMoment(ref reader, record, slots.PaidAt, "paid_at");
        if (lastPayout is { } last && last.PaidAt == paidAt && last.ClosedAt == bookedAt) return last;
        return lastPayout = new(paidAt, bookedAt, null);
    }

    static LineKind KindOf(LayoutType? known, Direction net) => known?.Kind switch
    {
        null => LineKind.Unknown,
        LineKind.ReserveHold or LineKind.ReserveRelease => net == Direction.Credit ? LineKind.ReserveRelease : LineKind.ReserveHold,
        { } kind => kind,
    };

    static Int128 Charged(LineFee[] fees)
    {
        Int128 sum = 0;
        foreach (var fee in fees) sum += fee.Direction == Direction.Debit ? fee.Amount.MinorUnits : -fee.Amount.MinorUnits;
        return sum;
    }

    static Movement Plus(Movement amount, Int128 more)
    {
        var sum = amount.ToBalance().MinorUnits + more;
        return new(new((long)Int128.Abs(sum), amount.Amount.Currency), sum < 0 ? Direction.Debit : Direction.Credit);
    }
}
