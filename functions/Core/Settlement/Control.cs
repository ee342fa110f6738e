namespace Railyard.Core.Settlement;

/// <summary>Whether a file's own totals agree with its lines.</summary>
public enum ControlStatus
{
    /// <summary>Every batch of the file is closed, and adds up.</summary>
    Balanced,

    /// <summary>Something does not add up: the file is never reconciled.</summary>
    Broken,

    /// <summary>The file has no total to hold its lines against, or not for all of them.</summary>
    None,
}

/// <summary>The rules that a file is held to.</summary>
public enum ControlRule
{
    /// <summary>A row's net is its gross, converted, less its fees.</summary>
    RowArithmetic,

    /// <summary>A row that converts says at which rate.</summary>
    RatePresent,

    /// <summary>A batch pays out, or carries to another batch, what its rows come to.</summary>
    BatchNet,

    /// <summary>Sums stay within what can be counted.</summary>
    Countable,

    /// <summary>A trailer says how many lines there are.</summary>
    LineCount,

    /// <summary>A trailer says what the lines come to.</summary>
    LineSum,

    /// <summary>What was there at first and what the lines come to make what is there at last.</summary>
    ClosingBalance,

    /// <summary>Headers and trailers stand where they belong, and none is missing.</summary>
    Structure,

    /// <summary>The file before this one has come.</summary>
    Sequence,
}

/// <summary>What closes a batch.</summary>
public enum BatchRule
{
    /// <summary>A row of its own says what is paid out, or carried to another batch.</summary>
    PaidOutByRow,

    /// <summary>The batch is a payout: what its rows come to is paid out, and seldom has a row.</summary>
    PaidOutAsBatch,

    /// <summary>The format does not close batches; other totals may hold the file.</summary>
    NotClosed,
}

/// <summary>Something that the file says of its own lines, held against them.</summary>
public sealed record ControlCheck(ControlRule Rule, string Batch, string Expected, string Found)
{
    /// <summary>Whether it is as the file says.</summary>
    public bool Holds => string.Equals(Expected, Found, StringComparison.Ordinal);
}

/// <summary>A rule that does not hold, for a line or for a batch.</summary>
public sealed record ControlFinding(ControlRule Rule, string Batch, int? Line, string Expected, string Found);

/// <summary>
/// The result of holding a file against its own totals; the first findings are listed, all are counted.
/// </summary>
public sealed record Control(ControlStatus Status, IReadOnlyList<ControlFinding> Findings, int FindingsInAll)
{
    /// <summary>The same with one finding more, which comes first.</summary>
    public Control With(ControlFinding finding) => new(ControlStatus.Broken, [finding, .. Findings], FindingsInAll + 1);
}

/// <summary>
/// What the lines of a currency come to. Gross counts in the currency paid in, the others in the one settled
/// in.
/// </summary>
public sealed record CurrencyTotals(Balance Gross, Balance Fees, Balance Net, Balance Payout);
