using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>Why a whole file was refused, and on which line.</summary>
public sealed record FileRejection(int Line, Fault Fault);

/// <summary>A settlement file with what has come of it so far; one document.</summary>
public sealed record SettlementFile
{
    internal const string DocumentId = "file";

    /// <summary>The document's id in the partition of the file.</summary>
    public string Id { get; init; } = DocumentId;

    /// <summary>The file.</summary>
    public required FileId File { get; init; }

    /// <summary>Who sent it.</summary>
    public required AcquirerName Acquirer { get; init; }

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
    public string? Format { get; init; }

    /// <summary>Why it was refused.</summary>
    public FileRejection? Rejection { get; init; }

    /// <summary>What reading it came to.</summary>
    public ParsedFile? Parsed { get; init; }

    /// <summary>Among how many groups of shards its lines are divided.</summary>
    public int Groups { get; init; }

    /// <summary>What it came to, once all shards are in.</summary>
    public FileReport? Report { get; init; }

    /// <summary>Whether nothing more will come of it.</summary>
    internal bool IsConcluded => Report is not null || Rejection is not null;
}
