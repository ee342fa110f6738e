using System.Buffers.Text;
using Railyard.Core.Acquiring;
using Row = Railyard.Core.Settlement.PayPalSettlement;

namespace Railyard.Core.Settlement;

/// <summary>Records of one settlement report, with the sums that its footers are held against.</summary>
sealed class PayPalRows(string stream) : IFileRows
{
    const int FirstFile = 1;
    const int PeriodEnd = 2;
    const int SectionAccount = 3;
    const int DateLength = 10;
    const int ReferenceDecimals = 2;

    static readonly IReadOnlyList<ControlCheck> NoChecks = [];

    readonly KnownTexts texts = new();
    readonly PayPalTotals section = new();
    readonly PayPalTotals report = new();
    PayPalColumns? columns;
    int columnCount;
    long fileNumber;
    string batch = "";
    bool isInSection;
    bool isClosed;

    public bool[]? Personal { get; private set; }

    public FileSequence? Sequence => fileNumber > 0 ? new(stream, fileNumber, FirstFile) : null;

    public DateTimeOffset? ClosedAt { get; private set; }

    public ParsedRecord Parse(scoped in CsvRecord record, int number, ByteRange bytes, out LineFields line)
    {
        line = default;
        return record[0].SequenceEqual("SB"u8) ? ParseBody(record, number, bytes, out line) : ParseFrame(record);
    }

    ParsedRecord ParseFrame(scoped in CsvRecord record)
    {
        var type = record[0];
        if (type.SequenceEqual("CH"u8)) return ReadColumns(record);
        if (type.SequenceEqual("SH"u8)) return OpenSection(record);
        if (type.SequenceEqual("SF"u8)) return section.Hold(record, batch, isWhole: true);
        if (type.SequenceEqual("SC"u8)) return CloseSection(record);
        // Only the first file of a report, if it has several, begins where the report's own totals begin.
        if (type.SequenceEqual("RF"u8)) return report.Hold(record, "report", isWhole: fileNumber <= FirstFile);
        if (type.SequenceEqual("RC"u8)) return Count(record, "report", report, isWhole: fileNumber <= FirstFile);
        if (type.SequenceEqual("FH"u8)) return OpenFile(record);
        if (type.SequenceEqual("FF"u8)) return CloseFile(record);
        return new(new("record", "RH, FH, SH, CH, SB, SF, SC, RF, RC or FF", record.Shown(0)));
    }

    public void AddUnread()
    {
        section.AddLine();
        report.AddLine();
    }

    public IReadOnlyList<ControlCheck> AtEnd()
    {
        var open = new List<ControlCheck>();
        if (isInSection) open.Add(new(ControlRule.Structure, batch, "SC", "the end of the file"));
        if (!isClosed) open.Add(new(ControlRule.Structure, batch, "FF", "the end of the file"));
        return open;
    }

    ParsedRecord OpenFile(scoped in CsvRecord record)
    {
        if (PayPalTotals.Number(record, 1) is not { } number) return PayPalTotals.Unreadable(record, 1, "the number of the file");
        fileNumber = number;
        return new(null, NoChecks);
    }

    ParsedRecord CloseFile(scoped in CsvRecord record)
    {
        isClosed = true;
        return Count(record, "file", report, isWhole: true);
    }

    ParsedRecord OpenSection(scoped in CsvRecord record)
    {
        if (record.Count <= SectionAccount || MomentText.Read(record[PeriodEnd]) is not { } end)
            return new(new("section", "a period and an account", record.Shown(Math.Min(PeriodEnd, record.Count - 1))));
        IReadOnlyList<ControlCheck> checks = isInSection ? [new(ControlRule.Structure, batch, "SC", "SH")] : NoChecks;
        batch = texts.Of(record[SectionAccount]) is { Length: <= SettlementLine.LongestReference - DateLength - 1 } account
            ? $"{account} {record.Text(PeriodEnd)[..DateLength]}"
            : record.Text(PeriodEnd)[..DateLength];
        if (!(end < ClosedAt)) ClosedAt = end;
        section.Clear();
        isInSection = true;
        return new(null, checks);
    }

    ParsedRecord CloseSection(scoped in CsvRecord record)
    {
        isInSection = false;
        var counted = Count(record, batch, section, isWhole: true);
        return counted.Fault is null ? new(null, [.. counted.Checks!, .. section.NotHeld(batch)]) : counted;
    }

    static ParsedRecord Count(scoped in CsvRecord record, string of, PayPalTotals totals, bool isWhole)
    {
        if (PayPalTotals.Number(record, 1) is not { } stated) return PayPalTotals.Unreadable(record, 1, "a count of rows");
        return new(null, isWhole ? [new(ControlRule.LineCount, of, $"{totals.Lines} rows", $"{stated} rows")] : NoChecks);
    }

    ParsedRecord ReadColumns(scoped in CsvRecord record)
    {
        var names = new ColumnNames(record, from: 1);
        if (names.FirstMissing(Row.Required) is { } missing) return new(new("columns", missing, "none, or two of that name"));
        columns = new(names);
        columnCount = record.Count;
        Personal = PersonalColumns.In(record);
        return new(null, NoChecks);
    }

    ParsedRecord ParseBody(scoped in CsvRecord record, int number, ByteRange bytes, out LineFields line)
    {
        line = default;
        AddUnread();
        if (columns is null) return new(new("record", "CH before SB", "SB"));
        if (record.Count != columnCount) return new(new("record", $"{columnCount} fields", $"{record.Count} fields"));
        var fields = new FieldReader(record);
        var gross = ReadAmount(ref fields, record, (columns.Gross, Row.Gross), (columns.GrossDirection, Row.GrossDirection), (columns.GrossCurrency, Row.GrossCurrency));
        var fee = ReadFee(ref fields, record, gross);
        var code = texts.Of(record[columns.EventCode]);
        if (fields.Fault is null) line = LineOf(ref fields, record, number, bytes, code, gross, fee);
        if (fields.Fault is not null) return new(fields.Fault);
        section.Add(gross, fee);
        report.Add(gross, fee);
        return default;
    }

    LineFields LineOf(
        scoped ref FieldReader fields, scoped in CsvRecord record, int number, ByteRange bytes, string code, Movement gross, Movement? fee)
    {
        var kind = Row.KindOf(code, gross.Direction);
        var (time, name) = record[columns!.CompletedAt].IsEmpty ? (columns.InitiatedAt, Row.InitiatedAt) : (columns.CompletedAt, Row.CompletedAt);
        var transaction = fields.Reference(columns.Transaction, Row.Transaction);
        var hasParent = kind != LineKind.Payment && record[columns.ReferenceType].SequenceEqual("TXN"u8) && !record[columns.Reference].IsEmpty;
        fields.Require(!transaction.IsEmpty, columns.Transaction, Row.Transaction, "the id of a transaction");
        fields.RequireShort(code, columns.EventCode, Row.EventCode);
        return new()
        {
            Number = number,
            Bytes = bytes,
            Kind = kind,
            Type = code,
            AcquirerReference = hasParent ? fields.Reference(columns.Reference, Row.Reference) : transaction,
            ModificationReference = kind == LineKind.Payout && !record[columns.BankReference].IsEmpty
                ? fields.Reference(columns.BankReference, Row.BankReference)
                : transaction,
            MerchantReference = fields.Reference(columns.Invoice, Row.Invoice),
            Gross = Treatment.BelongsToPayment(kind) || Treatment.Ignores(kind) is null ? gross : null,
            Net = NetOf(gross, fee),
            Fees = fee is { Amount.IsZero: false } charged ? [new(FeeKind.Commission, charged.Amount, charged.Direction)] : [],
            Batch = batch,
            BookedAt = fields.Moment(time, name, MomentText.Read, MomentText.Shape),
            Zone = texts.Of(record[time].Length > 5 ? record[time][^5..] : default),
        };
    }

    Movement? ReadFee(scoped ref FieldReader fields, scoped in CsvRecord record, Movement gross)
    {
        if (fields.Fault is not null || record[columns!.Fee].IsEmpty) return null;
        if (record[columns.FeeCurrency].IsEmpty && record[columns.Fee].TrimStart((byte)'0').IsEmpty) return null;
        var fee = ReadAmount(ref fields, record, (columns.Fee, Row.Fee), (columns.FeeDirection, Row.FeeDirection), (columns.FeeCurrency, Row.FeeCurrency));
        if (fields.Fault is null && fee.Amount.Currency != gross.Amount.Currency)
            fields.Fail(columns.FeeCurrency, Row.FeeCurrency, "the currency of the gross amount");
        return fee;
    }

    static Movement ReadAmount(
        scoped ref FieldReader fields, scoped in CsvRecord record, (int Place, string Name) amount, (int Place, string Name) direction, (int Place, string Name) code)
    {
        var currency = fields.CurrencyOfAnyCase(code.Place, code.Name);
        if (fields.Fault is not null) return default;
        var isDebit = record[direction.Place].SequenceEqual("DR"u8);
        var minor = Whole(record[amount.Place]) is { } digits ? MinorUnitScale.Rescale(digits, ReferenceDecimals, currency.Exponent) : null;
        if (minor is null) fields.Fail(amount.Place, amount.Name, "digits, the last two of them decimals");
        var isZero = minor is 0;
        if (!isDebit && !isZero && !record[direction.Place].SequenceEqual("CR"u8)) fields.Fail(direction.Place, direction.Name, "CR or DR");
        return new(new(minor ?? 0, currency), isDebit && !isZero ? Direction.Debit : Direction.Credit);
    }

    static Movement NetOf(Movement gross, Movement? fee)
    {
        var net = gross.ToBalance().MinorUnits + (fee?.ToBalance().MinorUnits ?? 0);
        return new(new(Math.Abs(net), gross.Amount.Currency), net < 0 ? Direction.Debit : Direction.Credit);
    }

    static long? Whole(ReadOnlySpan<byte> text) =>
        text.Length is > 0 and <= AmountText.MostDigits && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
        && Utf8Parser.TryParse(text, out long value, out _) ? value : null;
}
