namespace Railyard.Core.Settlement;

/// <summary>Makes parsers of layouts, and says what is wrong with those of which none can be made.</summary>
public static class SettlementLayouts
{
    /// <summary>The most decimals that a number may imply.</summary>
    public const int MostDecimals = 6;

    const int LongestCut = 1_024;
    const int LastByte = CsvRecords.LongestRecordBytes;
    const int MostFields = 512;
    const int FewestSignatureCharacters = 2;

    /// <summary>A parser, or everything that is wrong with the layout.</summary>
    public static (CompiledLayout? Layout, IReadOnlyList<LayoutFlaw> Flaws) Compile(SettlementLayout layout)
    {
        var flaws = new List<LayoutFlaw>();
        CheckShape(layout, flaws);
        CheckSignature(layout, flaws);
        CheckFields(layout, flaws);
        CheckTypes(layout, flaws);
        CheckNumbers(layout.Numbers, flaws);
        CheckTotals(layout, flaws);
        foreach (var (member, place) in Places(layout)) CheckPlace(layout, member, place, flaws);
        var dates = DatePattern.Compile(layout.Dates.Pattern);
        if (dates is null) flaws.Add(new("dates.pattern", "It must have yyyy, MM and dd once each, and may have HH, mm, ss once each and zzz at its end."));
        return flaws.Count == 0 ? (new(layout, dates!), flaws) : (null, flaws);
    }

    static void CheckShape(SettlementLayout layout, List<LayoutFlaw> flaws)
    {
        if (layout.Delimiter is '\n' or '\r' or '"' or > '\x7e' or < '\t') flaws.Add(new("delimiter", "It must be one ASCII character, and no quote and no line end."));
        if (layout is { Shape: LayoutShape.FixedWidth, HasHeader: true }) flaws.Add(new("has_header", "Records of fixed width name no columns."));
    }

    static void CheckSignature(SettlementLayout layout, List<LayoutFlaw> flaws)
    {
        var begins = layout.Signature.BeginsWith?.Length ?? 0;
        if (begins < FewestSignatureCharacters && layout.Signature.Columns.Count == 0)
            flaws.Add(new("signature", "Columns of the first line, or at least two characters that it begins with, must tell the file from others."));
        if (layout.Signature.Columns.Count > 0 && layout.Shape == LayoutShape.FixedWidth)
            flaws.Add(new("signature.columns", "Records of fixed width name no columns."));
    }

    static void CheckFields(SettlementLayout layout, List<LayoutFlaw> flaws)
    {
        if (layout.Fields is { Gross: null, Net: null }) flaws.Add(new("fields", "Gross or net must be there; the other follows from the fees."));
        foreach (var fee in layout.Fields.Fees)
            if (layout.Fields.Fees.Count(other => other.At == fee.At) > 1) flaws.Add(new("fields.fees", "A fee must not be read twice."));
        if (layout is { Batches: not BatchRule.NotClosed, Fields.Batch: null }) flaws.Add(new("fields.batch", "Batches can be closed only where lines name theirs."));
    }

    static void CheckTypes(SettlementLayout layout, List<LayoutFlaw> flaws)
    {
        if (layout.Types.Count == 0) flaws.Add(new("types", "At least one type must be known."));
        if (layout.Fields is not ({ Gross: LayoutAmount.ByType } or { Net: LayoutAmount.ByType })) return;
        foreach (var (text, type) in layout.Types)
            if (type.Direction is null) flaws.Add(new($"types.{text}", "Its direction must be said, since the amounts do not say it."));
    }

    static void CheckNumbers(LayoutNumbers numbers, List<LayoutFlaw> flaws)
    {
        if (numbers.ImpliedDecimals is < 0 or > MostDecimals) flaws.Add(new("numbers.implied_decimals", $"It must be from 0 to {MostDecimals}."));
        if (numbers.DecimalMark is not ('.' or ',')) flaws.Add(new("numbers.decimal_mark", "It must be a point or a comma."));
        if (numbers.GroupMark is { } mark && (mark == numbers.DecimalMark || mark is not ('.' or ',' or ' ' or '\'')))
            flaws.Add(new("numbers.group_mark", "It must be a point, a comma, a blank or an apostrophe, and not the decimal mark."));
    }

    static void CheckTotals(SettlementLayout layout, List<LayoutFlaw> flaws)
    {
        for (var i = 0; i < layout.Totals.Count; i++)
        {
            var total = layout.Totals[i];
            if (total.Role is RecordRole.Line or RecordRole.Skipped) flaws.Add(new($"totals[{i}].role", "It must be header or trailer."));
            if (layout.Records.All(record => record.Role != total.Role)) flaws.Add(new($"totals[{i}].role", "No record has that role."));
            if (total is { Of: not TotalOf.Lines, Currency: null } && layout.Fields.Currency is not Place.Constant)
                flaws.Add(new($"totals[{i}].currency", "A sum must say its currency, unless the layout has one only."));
        }
        if ((layout.Sequence is not null || layout.ClosedAt is not null) && layout.Records.All(record => record.Role != RecordRole.Header))
            flaws.Add(new("records", "There must be a header that has the number of the file or when it was closed."));
    }

    static void CheckPlace(SettlementLayout layout, string member, Place place, List<LayoutFlaw> flaws)
    {
        var why = place switch
        {
            Place.Column when layout is not { Shape: LayoutShape.Csv, HasHeader: true } => "Columns have names only below a header.",
            Place.Column(var name) when name.Length == 0 => "A column has a name.",
            Place.Field when layout.Shape != LayoutShape.Csv => "Records of fixed width have no fields: say where it starts and how long it is.",
            Place.Field(var number) when number is < 1 or > MostFields => $"It must be from 1 to {MostFields}.",
            Place.Cut when layout.Shape != LayoutShape.FixedWidth => "Only records of fixed width are cut by position.",
            Place.Cut(var start, var length) when start < 1 || length < 1 || length > LongestCut || (long)start + length > LastByte =>
                $"It must start at 1 or later, be 1 to {LongestCut} long and end by {LastByte}.",
            _ => null,
        };
        if (why is not null) flaws.Add(new(member, why));
    }

    static IEnumerable<(string Member, Place Place)> Places(SettlementLayout layout)
    {
        var fields = layout.Fields;
        (string, Place?)[] single =
        [
            ("fields.type", fields.Type), ("fields.acquirer_reference", fields.AcquirerReference),
            ("fields.modification_reference", fields.ModificationReference), ("fields.merchant_reference", fields.MerchantReference),
            ("fields.currency", fields.Currency), ("fields.net_currency", fields.NetCurrency), ("fields.rate", fields.Rate),
            ("fields.batch", fields.Batch), ("fields.booked_at", fields.BookedAt), ("fields.paid_at", fields.PaidAt),
            ("dates.zone", layout.Dates.Zone), ("sequence", layout.Sequence), ("closed_at", layout.ClosedAt),
        ];
        var several = fields.Fees.Select((fee, i) => ($"fields.fees[{i}]", (Place?)fee.At))
            .Concat(layout.Records.Select((record, i) => ($"records[{i}]", (Place?)record.At)))
            .Concat(layout.Totals.Select((total, i) => ($"totals[{i}].at", (Place?)total.At)))
            .Concat(layout.Totals.Select((total, i) => ($"totals[{i}].currency", total.Currency)))
            .Concat(Of("fields.gross", fields.Gross))
            .Concat(Of("fields.net", fields.Net));
        return single.Concat(several).Where(one => one.Item2 is not null).Select(one => (one.Item1, one.Item2!));
    }

    static IEnumerable<(string, Place?)> Of(string member, LayoutAmount? amount) => amount switch
    {
        null => [],
        LayoutAmount.WithSign signed => [(member, signed.At)],
        LayoutAmount.Sided sided => [($"{member}.debit", sided.Debit), ($"{member}.credit", sided.Credit)],
        LayoutAmount.Marked marked => [(member, marked.At), ($"{member}.mark", marked.Mark)],
        LayoutAmount.ByType byType => [(member, byType.At)],
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>A layout that can be read by.</summary>
public sealed class CompiledLayout
{
    readonly DatePattern dates;

    internal CompiledLayout(SettlementLayout layout, DatePattern dates) => (Layout, this.dates) = (layout, dates);

    /// <summary>What it was made of.</summary>
    public SettlementLayout Layout { get; }

    internal bool HasHeader => Layout.HasHeader;

    internal CsvDialect Dialect => Layout.Shape == LayoutShape.FixedWidth
        ? CsvDialect.WholeLines
        : new((byte)Layout.Delimiter, Layout.IsQuoted ? (byte)'"' : CsvDialect.NoQuote);

    /// <summary>The file that begins with this line, or null where it is another's.</summary>
    internal OpenedFormat? Open(ReadOnlySpan<byte> firstLine)
    {
        if (Layout.Signature.BeginsWith is { } beginning && !firstLine.StartsWith(System.Text.Encoding.UTF8.GetBytes(beginning))) return null;
        var records = new CsvRecords(Dialect);
        if (records.Read(firstLine, isLast: true, out var first) != CsvStep.Record) return null;
        var names = Layout.Shape == LayoutShape.Csv ? new ColumnNames(first) : null;
        if (Layout.Signature.Columns.Count > 0 && names?.FirstMissing(Layout.Signature.Columns) is not null) return null;
        if (LayoutSlots.Find(Layout, names) is not { } slots) return null;
        var columns = Layout is { HasHeader: true, Records.Count: 0 } ? first.Count : 0;
        return new(Layout.Name, new LayoutRows(Layout, slots, dates), Layout.Batches, columns);
    }
}

/// <summary>Where everything is that a layout reads, in one file.</summary>
sealed class LayoutSlots
{
    readonly ColumnNames? names;
    bool isMissing;

    LayoutSlots(SettlementLayout layout, ColumnNames? names)
    {
        this.names = names;
        var fields = layout.Fields;
        (Type, Currency, NetCurrency) = (Of(fields.Type), Of(fields.Currency), Of(fields.NetCurrency));
        (AcquirerReference, ModificationReference) = (Of(fields.AcquirerReference), Of(fields.ModificationReference));
        (MerchantReference, Rate, Batch) = (Of(fields.MerchantReference), Of(fields.Rate), Of(fields.Batch));
        (BookedAt, PaidAt, Zone) = (Of(fields.BookedAt), Of(fields.PaidAt), Of(layout.Dates.Zone));
        (Gross, Net) = (Of(fields.Gross), Of(fields.Net));
        (Sequence, ClosedAt) = (Of(layout.Sequence), Of(layout.ClosedAt));
        Fees = [.. fields.Fees.Select(fee => (fee.Kind, Of(fee.At)))];
        Records = [.. layout.Records.Select(record => (record.Role, Of(record.At), System.Text.Encoding.UTF8.GetBytes(record.Text)))];
        Totals = [.. layout.Totals.Select(total => (total, Of(total.At), Of(total.Currency)))];
    }

    public Slot Type { get; }
    public Slot AcquirerReference { get; }
    public Slot ModificationReference { get; }
    public Slot MerchantReference { get; }
    public Slot Currency { get; }
    public Slot NetCurrency { get; }
    public AmountSlots Gross { get; }
    public AmountSlots Net { get; }
    public (FeeKind Kind, Slot At)[] Fees { get; }
    public Slot Rate { get; }
    public Slot Batch { get; }
    public Slot BookedAt { get; }
    public Slot PaidAt { get; }
    public Slot Zone { get; }
    public Slot Sequence { get; }
    public Slot ClosedAt { get; }
    public (RecordRole Role, Slot At, byte[] Text)[] Records { get; }
    public (LayoutTotal Total, Slot At, Slot Currency)[] Totals { get; }

    /// <summary>The slots of a file, or null where a column is missing.</summary>
    public static LayoutSlots? Find(SettlementLayout layout, ColumnNames? names)
    {
        var found = new LayoutSlots(layout, names);
        return found.isMissing ? null : found;
    }

    Slot Of(Place? place)
    {
        if (Slot.Of(place, names) is { } slot) return slot;
        isMissing = true;
        return Slot.None;
    }

    AmountSlots Of(LayoutAmount? amount) => amount switch
    {
        null => AmountSlots.None,
        LayoutAmount.WithSign signed => new(AmountSigns.Signed, Of(signed.At), Slot.None, []),
        LayoutAmount.Sided sided => new(AmountSigns.Sided, Of(sided.Debit), Of(sided.Credit), []),
        LayoutAmount.Marked marked => new(AmountSigns.Marked, Of(marked.At), Of(marked.Mark), System.Text.Encoding.UTF8.GetBytes(marked.Debit)),
        LayoutAmount.ByType byType => new(AmountSigns.ByType, Of(byType.At), Slot.None, []),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

enum AmountSigns { Absent, Signed, Sided, Marked, ByType }

/// <summary>Where an amount stands, and what says its direction.</summary>
readonly record struct AmountSlots(AmountSigns Signs, Slot At, Slot Other, byte[] Debit)
{
    public static readonly AmountSlots None = new(AmountSigns.Absent, Slot.None, Slot.None, []);
}
