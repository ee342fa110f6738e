namespace Railyard.Core.Settlement.Bank;

/// <summary>The formats that banks write statements in.</summary>
public enum StatementFormat
{
    /// <summary>ISO 20022 camt.053, versions 2 to 10.</summary>
    Camt053,

    /// <summary>SWIFT MT940.</summary>
    Mt940,

    /// <summary>BAI2, as American banks write it.</summary>
    Bai2,
}

/// <summary>What an account held at a time.</summary>
/// <param name="Amount">What was on it; negative where it was overdrawn.</param>
/// <param name="Date">The day it is the balance of; null where the bank does not say.</param>
/// <param name="IsIntermediate">Whether it is the balance between two pages, not of the beginning or the end.</param>
public sealed record StatementBalance(Balance Amount, DateOnly? Date, bool IsIntermediate);

/// <summary>Which of the entries of a group of statements count.</summary>
public enum StatementPurpose
{
    /// <summary>It says what happened.</summary>
    Update,

    /// <summary>It takes an earlier one back.</summary>
    Deletion,

    /// <summary>It replaces an earlier one.</summary>
    Correction,

    /// <summary>It says nothing, and only tries the way here.</summary>
    Test,
}

/// <summary>A statement of one account, or one page of it.</summary>
public sealed record BankStatement
{
    /// <summary>Which of the file's statements it is, counted from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The account as the bank names it: an IBAN, or whatever number it has.</summary>
    public required string Account { get; init; }

    /// <summary>Null where nothing in the statement says it.</summary>
    public Currency? Currency { get; init; }

    /// <summary>What the bank calls the statement; empty where it has no name.</summary>
    public required string Id { get; init; }

    /// <summary>Its number in the series of the account's statements, which has no gaps.</summary>
    public long? Sequence { get; init; }

    /// <summary>Which page of the statement it is.</summary>
    public int? Page { get; init; }

    /// <summary>Whether no page follows; null where the bank does not say.</summary>
    public bool? IsLastPage { get; init; }

    /// <summary>What was on the account before the entries.</summary>
    public StatementBalance? Opening { get; init; }

    /// <summary>What was on it after them.</summary>
    public StatementBalance? Closing { get; init; }

    /// <summary>What it is for.</summary>
    public StatementPurpose Purpose { get; init; }

    /// <summary>Where in the file it begins.</summary>
    public required int FileLine { get; init; }

    /// <summary>How many entries it has, readable or not.</summary>
    public required int Entries { get; init; }

    /// <summary>What the booked entries come to, in minor units of the statement's currency.</summary>
    public required long Booked { get; init; }

    /// <summary>
    /// Whether it has totals of its own, and agrees with them; of its pages and its place in the series this says nothing.
    /// </summary>
    public required ControlStatus Control { get; init; }
}

/// <summary>Whether money has moved already.</summary>
public enum EntryStatus
{
    /// <summary>It has, and counts.</summary>
    Booked,

    /// <summary>It may.</summary>
    Pending,
}

/// <summary>
/// A line of a statement: an entry, or one of the payments that a collective entry is made of.
/// </summary>
public sealed record BankLine
{
    /// <summary>Which line of the file it is, counted from 1 over all its statements; one that cannot be read counts too.</summary>
    public required int Number { get; init; }

    /// <summary>Which of the file's statements it is in.</summary>
    public required int Statement { get; init; }

    /// <summary>Which of the statement's entries it is or belongs to, counted from 1.</summary>
    public required int Entry { get; init; }

    /// <summary>Which of the entry's details it is, counted from 1.</summary>
    public required int Detail { get; init; }

    /// <summary>How many details the entry has; 1 where it is one payment.</summary>
    public required int Details { get; init; }

    /// <summary>The line of the file it begins on, as an editor counts.</summary>
    public required int FileLine { get; init; }

    /// <summary>A credit came into the account, a debit left it.</summary>
    public required Movement Amount { get; init; }

    /// <summary>Whether it undoes an earlier one, or is a payment that came back.</summary>
    public bool IsReturn { get; init; }

    public required EntryStatus Status { get; init; }

    public required DateOnly BookedOn { get; init; }

    public required DateOnly ValueOn { get; init; }

    /// <summary>The bank's own reference.</summary>
    public string? BankReference { get; init; }

    /// <summary>The reference that whoever paid gave it; it may repeat.</summary>
    public string? EndToEndId { get; init; }

    /// <summary>The message that ordered it.</summary>
    public string? MessageId { get; init; }

    /// <summary>The group of payments in that message.</summary>
    public string? PaymentInformationId { get; init; }

    /// <summary>What kind of movement it is, in the bank's words or in those of ISO 20022 (PMNT/RCDT/ESCT).</summary>
    public string? TransactionCode { get; init; }

    /// <summary>What was written with it and who is at the other end, as the bank has it.</summary>
    public required string Text { get; init; }
}

/// <summary>A line that cannot be read: the others go on without it.</summary>
/// <param name="Number">Which line of the file it is, counted as <see cref="BankLine.Number"/>.</param>
/// <param name="Statement">Which of the file's statements it is in; 0 for none.</param>
/// <param name="FileLine">The line of the file it begins on, as an editor counts.</param>
/// <param name="Fault">Which field, what was expected and what was found.</param>
/// <param name="Raw">How it begins.</param>
public sealed record QuarantinedEntry(int Number, int Statement, int FileLine, Fault Fault, string Raw);

/// <summary>What a statement is held to.</summary>
public enum StatementRule
{
    /// <summary>What was there, and what came and went, is what is there.</summary>
    ClosingBalance,

    /// <summary>The payments of a collective entry come to the entry; charges may explain a gap.</summary>
    Details,

    /// <summary>An entry is in the currency of its account.</summary>
    EntryCurrency,

    /// <summary>The number of entries is what the summary says.</summary>
    Count,

    /// <summary>The sum of entries is what the summary says.</summary>
    Sum,

    /// <summary>A control total is the sum of all the amounts above it.</summary>
    ControlTotal,

    /// <summary>What begins ends: every account and group has its trailer, and every trailer its header.</summary>
    Trailer,

    /// <summary>A statement begins with what the one before it ended with.</summary>
    Opening,

    /// <summary>The numbers of an account's statements and of their pages have no gaps.</summary>
    Sequence,

    /// <summary>An earlier statement is not taken back or replaced without somebody looking.</summary>
    Purpose,
}

/// <summary>A rule that does not hold.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Statement">For which of the file's statements; null for the file as a whole.</param>
/// <param name="Line">The line of the file that shows it; null where none does.</param>
/// <param name="Expected">What the statement says.</param>
/// <param name="Found">What its lines say.</param>
public sealed record StatementFinding(StatementRule Rule, int? Statement, int? Line, string Expected, string Found);

/// <summary>A file of statements as it was read; or why it was not, and on which line.</summary>
public sealed record StatementFile
{
    /// <summary>What it turned out to be; null where it is none of our formats.</summary>
    public StatementFormat? Format { get; init; }

    public IReadOnlyList<BankStatement> Statements { get; init; } = [];

    public IReadOnlyList<BankLine> Lines { get; init; } = [];

    public IReadOnlyList<QuarantinedEntry> Quarantined { get; init; } = [];

    /// <summary>The first findings.</summary>
    public IReadOnlyList<StatementFinding> Findings { get; init; } = [];

    /// <summary>All of them, counted.</summary>
    public int FindingsInAll { get; init; }

    /// <summary>Why nothing of it was taken.</summary>
    public StatementRejection? Rejection { get; init; }
}

/// <summary>Why a whole file was refused, and on which line.</summary>
public sealed record StatementRejection(int Line, Fault Fault);
