using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>Lines and expectations that were brought together.</summary>
sealed record Bond(IReadOnlyList<Claim> Claims, IReadOnlyList<Candidate> Candidates)
{
    public bool IsPlain => Claims.Count == 1 && Candidates.Count == 1;

    /// <summary>Brings them together.</summary>
    public static void Make(IReadOnlyList<Claim> claims, IReadOnlyList<Candidate> candidates)
    {
        var bond = new Bond(claims, candidates);
        foreach (var claim in claims) claim.Bond = bond;
        foreach (var candidate in candidates) candidate.Bond = bond;
    }
}

/// <summary>A line that looks for what was expected.</summary>
sealed class Claim(FileId file, SettlementLine line, bool isOfThisFile)
{
    public FileId File { get; } = file;

    public SettlementLine Line { get; } = line;

    public bool IsOfThisFile { get; } = isOfThisFile;

    /// <summary>What it was brought together with.</summary>
    public Bond? Bond { get; set; }

    /// <summary>Expectations that it may be about, where nothing says which of them.</summary>
    public IReadOnlyList<Candidate> Doubtful { get; set; } = [];

    /// <summary>Which of the lines with the same key in its file it is, counted from 1.</summary>
    public int Occurrence { get; set; }

    public bool IsFree => Bond is null && Doubtful.Count == 0;

    public JoinKey Key => JoinKey.Of(Line);

    /// <summary>What the line names by a reference of ours; a payment may be named without its operation.</summary>
    public (PaymentId Payment, OperationId? Operation)? Own { get; } = OwnOf(line);

    /// <summary>Earlier files have the older claim; in a file the lines count in their order.</summary>
    public static int InOrder(Claim left, Claim right)
    {
        if (left.IsOfThisFile != right.IsOfThisFile) return left.IsOfThisFile ? 1 : -1;
        var byTime = left.IsOfThisFile ? 0 : left.Line.BookedAt.CompareTo(right.Line.BookedAt);
        if (byTime != 0) return byTime;
        var byFile = string.CompareOrdinal(left.File.Value, right.File.Value);
        return byFile != 0 ? byFile : left.Line.Number.CompareTo(right.Line.Number);
    }

    /// <summary>What a line names by a reference of ours; null where it names nothing of ours.</summary>
    public static (PaymentId Payment, OperationId? Operation)? OwnOf(SettlementLine line) =>
        line.MerchantReference is { } reference && reference.StartsWith(PaymentId.Prefix, StringComparison.Ordinal)
            ? OwnReference.Read(reference)
            : null;
}

/// <summary>An expectation that a line may be about.</summary>
sealed class Candidate(Expectation expected)
{
    public Expectation Expected { get; } = expected;

    /// <summary>Whether it came into being with the line that it is about, and is to be recorded with it.</summary>
    public bool IsNew { get; init; }

    /// <summary>What it was brought together with.</summary>
    public Bond? Bond { get; set; }

    /// <summary>Whether a line may be about it and nothing says so: until somebody knows, it is not missing.</summary>
    public bool IsDoubtful { get; set; }

    /// <summary>Whether it is a part of what a join of another file has begun to settle.</summary>
    public bool IsReserved { get; set; }

    /// <summary>The line that met it in an earlier run or file.</summary>
    public (FileId File, int Line)? MetBy { get; } = MetByOf(expected.State);

    /// <summary>All that met with it, where they were more than two.</summary>
    public Bundle? Bundle { get; } = expected.State switch
    {
        ExpectationState.Settled settled => settled.Bundle,
        ExpectationState.Broken broken => broken.Bundle,
        _ => null,
    };

    public bool IsWithdrawn => Expected.State is ExpectationState.Withdrawn;

    public bool IsFree => Bond is null && MetBy is null && !IsReserved && !IsDoubtful && !IsWithdrawn;

    /// <summary>The acquirer's reference of it: as it has told it, or as the one line says that has met it.</summary>
    public string? Modification =>
        Expected.ModificationReference ?? (Bond is { Claims: [var only] } ? only.Line.ModificationReference : null);

    public JoinKey Key => new(Expected.AcquirerReference, Expected.Kind, Modification);

    /// <summary>The line that met an expectation; null where none has.</summary>
    public static (FileId File, int Line)? MetByOf(ExpectationState state) => state switch
    {
        ExpectationState.Settled settled => (settled.File, settled.Line),
        ExpectationState.Broken { Line: { } line, File: { } file } => (file, line),
        _ => null,
    };

    /// <summary>The older expectation is met first.</summary>
    public static int InOrder(Candidate left, Candidate right) => InOrder(left.Expected, right.Expected);

    /// <inheritdoc cref="InOrder(Candidate, Candidate)"/>
    public static int InOrder(Expectation left, Expectation right)
    {
        var byTime = left.BookedAt.CompareTo(right.BookedAt);
        return byTime != 0 ? byTime : string.CompareOrdinal(left.Id.Value, right.Id.Value);
    }
}
