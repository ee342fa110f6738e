using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Settlement;

/// <summary>Layouts for the sample files.</summary>
static class Layouts
{
    public static readonly SettlementLayout Semicolons = new()
    {
        Name = "semicolons",
        Shape = LayoutShape.Csv,
        Delimiter = ';',
        HasHeader = true,
        Signature = new(null, ["Vorgang", "Abrechnung"]),
        Records = [new(RecordRole.Trailer, new Place.Column("Vorgang"), "SUMME")],
        Fields = new()
        {
            Type = new Place.Column("Art"),
            AcquirerReference = new Place.Column("Vorgang"),
            Currency = new Place.Column("Währung"),
            Gross = new LayoutAmount.WithSign(new Place.Column("Betrag")),
            Fees = [new(FeeKind.Commission, new Place.Column("Gebühr"))],
            Batch = new Place.Column("Abrechnung"),
            BookedAt = new Place.Column("Datum"),
        },
        Numbers = new(null, ',', '.', AreFeesNegative: false),
        Dates = new("dd.MM.yyyy", new Place.Constant("CET")),
        Types = new Dictionary<string, LayoutType>
        {
            ["VERKAUF"] = new(LineKind.Payment, null),
            ["ERSTATTUNG"] = new(LineKind.Refund, null),
            ["GRUNDGEBUEHR"] = new(LineKind.Fee, null),
        },
        Batches = BatchRule.PaidOutAsBatch,
        Totals =
        [
            new(RecordRole.Trailer, TotalOf.Lines, new Place.Column("Art"), null, IsAbsolute: false, CountsAllRecords: false),
            new(RecordRole.Trailer, TotalOf.Gross, new Place.Column("Betrag"), new Place.Column("Währung"), IsAbsolute: false, CountsAllRecords: false),
        ],
    };

    public static readonly SettlementLayout FixedWidth = new()
    {
        Name = "fixed-width",
        Shape = LayoutShape.FixedWidth,
        Signature = new("HDRNORTHBANK", []),
        Records =
        [
            new(RecordRole.Header, new Place.Cut(1, 3), "HDR"),
            new(RecordRole.Line, new Place.Cut(1, 3), "DTL"),
            new(RecordRole.Trailer, new Place.Cut(1, 3), "TRL"),
        ],
        Fields = new()
        {
            AcquirerReference = new Place.Cut(4, 13),
            Type = new Place.Cut(17, 6),
            Gross = new LayoutAmount.Marked(new Place.Cut(23, 10), new Place.Cut(33, 1), "D"),
            Fees = [new(FeeKind.Commission, new Place.Cut(34, 8))],
            Currency = new Place.Constant("EUR"),
            BookedAt = new Place.Cut(45, 14),
        },
        Numbers = new(2, '.', null, AreFeesNegative: false),
        Dates = new("yyyyMMddHHmmss", new Place.Constant("UTC")),
        Types = new Dictionary<string, LayoutType>
        {
            ["SALE"] = new(LineKind.Payment, null),
            ["REFUND"] = new(LineKind.Refund, null),
        },
        Totals =
        [
            new(RecordRole.Trailer, TotalOf.Lines, new Place.Cut(4, 5), null, IsAbsolute: false, CountsAllRecords: false),
            new(RecordRole.Trailer, TotalOf.Gross, new Place.Cut(9, 11), null, IsAbsolute: true, CountsAllRecords: false),
        ],
        Sequence = new Place.Cut(14, 8),
    };

    public static CompiledLayout Compiled(this SettlementLayout layout)
    {
        var (compiled, flaws) = SettlementLayouts.Compile(layout);
        Assert.Empty(flaws);
        return compiled!;
    }

    public static ReadingTerms Terms => new() { Layouts = [Semicolons.Compiled(), FixedWidth.Compiled()] };
}
