using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>Why a whole file was refused, and on which line.</summary>
public sealed record FileRejection(int Line, Fault Fault);

/// <summary>A reading of a file; of all but the first it is known who wanted it.</summary>
public sealed record FileRun(FileId File, int Run, string? By = null, string? Reason = null, string? Request = null);

/// <summary>That a file was read again: which reading, who wanted it, when, why, and by which request.</summary>
public sealed record Redrive(int Run, string By, DateTimeOffset At, string? Reason, string? Request);

/// <summary>A settlement file with what has come of it so far; one document.</summary>
public sealed record SettlementFile
{
    internal const string DocumentId = "file";
    internal const int FirstRun = 1;

    const int MostRedrivesKept = 20;

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

    /// <summary>When it takes effect in the books: as its first reading says, whatever a later one does; null until then.</summary>
    public DateTimeOffset? EffectiveAt { get; init; }

    /// <summary>Among how many groups of shards its lines are divided.</summary>
    public int Groups { get; init; }

    /// <summary>What it came to, once all shards are in.</summary>
    public FileReport? Report { get; init; }

    /// <summary>Which reading of it this is, counted from 1.</summary>
    public int Run { get; init; } = FirstRun;

    /// <summary>Who had it read again, and why; the latest ones.</summary>
    public IReadOnlyList<Redrive> Redrives { get; init; } = [];

    /// <summary>How many documents its quarantined lines fill.</summary>
    public int QuarantineDocuments { get; init; }

    /// <summary>Whether nothing more will come of it.</summary>
    internal bool IsConcluded => Report is not null || Rejection is not null;

    /// <summary>The file at the beginning of that run, where it has not come so far yet.</summary>
    internal SettlementFile BeginRun(FileRun run, DateTimeOffset now)
    {
        if (Run >= run.Run) return this;
        var redrive = new Redrive(run.Run, run.By ?? "", now, run.Reason, run.Request);
        return this with
        {
            Run = run.Run,
            Status = FileStatus.Received,
            Redrives = [.. Redrives.TakeLast(MostRedrivesKept - 1), redrive],
            Format = null,
            Rejection = null,
            Parsed = null,
            Report = null,
        };
    }
}
