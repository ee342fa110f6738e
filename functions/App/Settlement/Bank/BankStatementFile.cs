using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;

namespace Railyard.App.Settlement.Bank;

/// <summary>A file held against its own totals, and against the statement before it; the first findings are listed.</summary>
public sealed record StatementControl(ControlStatus Status, IReadOnlyList<StatementFinding> Findings, int FindingsInAll)
{
    internal static readonly StatementControl None = new(ControlStatus.None, [], 0);

    /// <summary>What reading a file says of it.</summary>
    internal static StatementControl Of(StatementFile file)
    {
        var isWhole = file.Statements.Count > 0 && file.Statements.All(one => one.Control == ControlStatus.Balanced);
        var sound = isWhole ? ControlStatus.Balanced : ControlStatus.None;
        return new(file.FindingsInAll > 0 ? ControlStatus.Broken : sound, file.Findings, file.FindingsInAll);
    }

    /// <summary>The same with more findings.</summary>
    internal StatementControl With(IReadOnlyCollection<StatementFinding> more) =>
        more.Count == 0 ? this : new(ControlStatus.Broken, [.. Findings, .. more], FindingsInAll + more.Count);
}

/// <summary>A file of bank statements with what has come of it so far; one document.</summary>
public sealed record BankStatementFile
{
    // Not that of a settlement file: the two share a container, and neither may be taken for the other.
    internal const string DocumentId = "bank-file";

    /// <summary>The document's id in the partition of the file.</summary>
    public string Id { get; init; } = DocumentId;

    /// <summary>The file.</summary>
    public required FileId File { get; init; }

    /// <summary>The account whose statements it has.</summary>
    public required BankAccountName Account { get; init; }

    /// <summary>What it was called when it first came.</summary>
    public required string Name { get; init; }

    /// <summary>The SHA-256 of its content.</summary>
    public required string ContentHash { get; init; }

    /// <summary>Its length.</summary>
    public required long Bytes { get; init; }

    /// <summary>When it first came.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>How far it has come.</summary>
    public required FileStatus Status { get; init; }

    /// <summary>What it turned out to be.</summary>
    public StatementFormat? Format { get; init; }

    /// <summary>Why it was refused.</summary>
    public StatementRejection? Rejection { get; init; }

    /// <summary>How many statements it has.</summary>
    public int Statements { get; init; }

    /// <summary>How many lines of it cannot be read.</summary>
    public int Quarantined { get; init; }

    /// <summary>What its own totals say, once it is read.</summary>
    public StatementControl? Control { get; init; }

    /// <summary>What it came to, once its lines are joined.</summary>
    public BankReport? Report { get; init; }

    /// <summary>Whether nothing more will come of it by itself.</summary>
    internal bool IsConcluded => Report is not null || Rejection is not null;

    /// <summary>The id of a content that came for an account.</summary>
    internal static FileId IdOf(BankAccountName account, string contentHash) =>
        FileId.Of(new AcquirerName($"bank|{account}"), contentHash);

    /// <summary>A file as it is registered first.</summary>
    internal static BankStatementFile Received(BankAccountName account, string name, FileContent content, DateTimeOffset now) => new()
    {
        File = IdOf(account, content.Hash),
        Account = account,
        Name = name,
        ContentHash = content.Hash,
        Bytes = content.Bytes,
        ReceivedAt = now,
        Status = FileStatus.Received,
    };
}

/// <summary>Some of what belongs to a file of bank statements, many to a document.</summary>
sealed record Packed<T>(string Id, FileId File, IReadOnlyList<T> Items);

/// <summary>A line's number and what it came to.</summary>
sealed record LineEnd(int Number, BankLineEnd End);

/// <summary>
/// A line that was matched, or that came to something else later: what the ledger and people look at. It goes before what is
/// packed.
/// </summary>
sealed record BankLineDocument(
    string Id, FileId File, BankAccountName Account, BankLine Line, BankLineEnd End, IReadOnlyList<BankExpectation> Payments)
{
    public const string Prefix = "line-";

    public static string IdOf(int number) => $"{Prefix}{number}";
}
