namespace Railyard.Core.Settlement;

/// <summary>How the records of a layout are written.</summary>
public enum LayoutShape { Csv, FixedWidth }

/// <summary>What a record of a file is for.</summary>
public enum RecordRole
{
    /// <summary>A line of the settlement.</summary>
    Line,

    /// <summary>What is said of the file before its lines.</summary>
    Header,

    /// <summary>What is said of the file after its lines.</summary>
    Trailer,

    /// <summary>Nothing that matters.</summary>
    Skipped,
}

/// <summary>Where in a record something stands.</summary>
public abstract record Place
{
    /// <summary>In the column of that name.</summary>
    public sealed record Column(string Name) : Place;

    /// <summary>In the nth field, counted from 1.</summary>
    public sealed record Field(int Number) : Place;

    /// <summary>From that byte on, counted from 1, for so many bytes.</summary>
    public sealed record Cut(int Start, int Length) : Place;

    /// <summary>Nowhere: it is the same in every record.</summary>
    public sealed record Constant(string Text) : Place;

    Place() { }
}

/// <summary>How an amount says which way it goes.</summary>
public abstract record LayoutAmount
{
    /// <summary>By its sign: a minus takes from our balance.</summary>
    public sealed record WithSign(Place At) : LayoutAmount;

    /// <summary>By which of two places is filled.</summary>
    public sealed record Sided(Place Debit, Place Credit) : LayoutAmount;

    /// <summary>By a mark beside it: that text is a debit, any other a credit.</summary>
    public sealed record Marked(Place At, Place Mark, string Debit) : LayoutAmount;

    /// <summary>By the type of its line.</summary>
    public sealed record ByType(Place At) : LayoutAmount;

    LayoutAmount() { }
}

/// <summary>What a type of the file is in our words, and which way it goes where its amounts do not say.</summary>
public sealed record LayoutType(LineKind Kind, Direction? Direction);

/// <summary>Which records play a role: those that have that text there.</summary>
public sealed record LayoutRecord(RecordRole Role, Place At, string Text);

/// <summary>A fee of each line.</summary>
public sealed record LayoutFee(FeeKind Kind, Place At);

/// <summary>How numbers are written.</summary>
/// <param name="ImpliedDecimals">How many of the last digits are decimals; null where a mark says it.</param>
/// <param name="DecimalMark">A point or a comma.</param>
/// <param name="GroupMark">What stands between thousands; null where nothing does.</param>
/// <param name="AreFeesNegative">Whether a fee that is charged has a minus.</param>
public sealed record LayoutNumbers(int? ImpliedDecimals, char DecimalMark, char? GroupMark, bool AreFeesNegative)
{
    /// <summary>Major units with a point.</summary>
    public static readonly LayoutNumbers Usual = new(null, '.', null, false);
}

/// <summary>How moments are written: yyyy MM dd HH mm ss and zzz (an offset) stand for their digits, all else for itself.</summary>
/// <param name="Pattern">Such as yyyy-MM-dd HH:mm:ss or ddMMyyyy.</param>
/// <param name="Zone">A zone abbreviation, or where one stands; not used where the pattern has an offset.</param>
public sealed record LayoutDates(string Pattern, Place Zone);

/// <summary>What a total counts.</summary>
public enum TotalOf { Lines, Gross, Net, Fees }

/// <summary>A total that a header or a trailer states.</summary>
/// <param name="Role">Header or trailer.</param>
/// <param name="Currency">Where its currency stands; null where the layout has one currency only, or where lines are counted.</param>
/// <param name="IsAbsolute">Whether amounts count without their direction.</param>
/// <param name="CountsAllRecords">Whether the count of lines has headers and trailers in it.</param>
public sealed record LayoutTotal(RecordRole Role, TotalOf Of, Place At, Place? Currency, bool IsAbsolute, bool CountsAllRecords);

/// <summary>How a file of a layout is known: by how its first line begins, by columns in it, or by both.</summary>
public sealed record LayoutSignature(string? BeginsWith, IReadOnlyList<string> Columns);

/// <summary>Where the parts of a line stand.</summary>
public sealed record LayoutFields
{
    public required Place Type { get; init; }

    public required Place AcquirerReference { get; init; }

    public Place? ModificationReference { get; init; }

    public Place? MerchantReference { get; init; }

    public required Place Currency { get; init; }

    /// <summary>The currency settled in, where it may be another.</summary>
    public Place? NetCurrency { get; init; }

    /// <summary>What the cardholder paid; where it is not there, net and fees make it.</summary>
    public LayoutAmount? Gross { get; init; }

    /// <summary>What it does to our balance; where it is not there, gross less fees make it.</summary>
    public LayoutAmount? Net { get; init; }

    public IReadOnlyList<LayoutFee> Fees { get; init; } = [];

    public Place? Rate { get; init; }

    public Place? Batch { get; init; }

    public required Place BookedAt { get; init; }

    /// <summary>When the batch is paid out, in layouts where a batch is a payout.</summary>
    public Place? PaidAt { get; init; }
}

/// <summary>A file format as data: what an operator says of a file that we have no code for.</summary>
public sealed record SettlementLayout
{
    public required string Name { get; init; }

    public required LayoutShape Shape { get; init; }

    /// <summary>Whose files may have it; anybody's where none is named.</summary>
    public IReadOnlyList<string> Acquirers { get; init; } = [];

    public required LayoutSignature Signature { get; init; }

    /// <summary>Between fields of a record of comma-separated shape.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>Whether fields may stand in double quotes.</summary>
    public bool IsQuoted { get; init; } = true;

    /// <summary>Whether the first record names the columns.</summary>
    public bool HasHeader { get; init; }

    /// <summary>Which records are what; where none is named, each is a line.</summary>
    public IReadOnlyList<LayoutRecord> Records { get; init; } = [];

    public required LayoutFields Fields { get; init; }

    public LayoutNumbers Numbers { get; init; } = LayoutNumbers.Usual;

    public required LayoutDates Dates { get; init; }

    /// <summary>What the types of the file are; one that is not here is an unknown type, and so a discrepancy.</summary>
    public required IReadOnlyDictionary<string, LayoutType> Types { get; init; }

    public BatchRule Batches { get; init; } = BatchRule.NotClosed;

    public IReadOnlyList<LayoutTotal> Totals { get; init; } = [];

    /// <summary>Where in the header the number of the file stands, in files that are numbered.</summary>
    public Place? Sequence { get; init; }

    /// <summary>Where in the header it stands up to when the file goes.</summary>
    public Place? ClosedAt { get; init; }
}

/// <summary>What is wrong with a layout, and at which member.</summary>
public sealed record LayoutFlaw(string Member, string Why);
