using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Railyard.Core.Merchants;

namespace Railyard.Core.Operations;

/// <summary>Whether something is about to be done, or has been.</summary>
public enum AuditStep { Begun, Ended }

/// <summary>Something that an operator does. It is written down before it is done, and again when it is.</summary>
/// <param name="Id">The same for both steps.</param>
/// <param name="Operator">By which key.</param>
/// <param name="Action">What: the name of the operation.</param>
/// <param name="Subject">To what: the path that was called.</param>
/// <param name="At">When, to the millisecond.</param>
/// <param name="Status">The HTTP status that it ended with; null before.</param>
/// <param name="Note">The operator's reason, or what it came to, where there is one.</param>
public sealed record AuditAct(
    string Id, AuditStep Step, ApiKeyId Operator, string Action, string Subject, DateTimeOffset At, int? Status, string? Note);

/// <summary>An act in its place in the chain.</summary>
/// <param name="Sequence">Its place, from 1.</param>
/// <param name="Previous">The hash of the entry before it.</param>
/// <param name="Hash">The hash of that, the place and the act: SHA-256 in hex.</param>
public sealed record AuditEntry(long Sequence, AuditAct Act, string Previous, string Hash);

/// <summary>The end of the chain.</summary>
public sealed record AuditHead(long Sequence, string Hash)
{
    /// <summary>That of a chain without entries.</summary>
    public static AuditHead Empty { get; } = new(0, new string('0', SHA256.HashSizeInBytes * 2));
}

/// <summary>What is wrong with a chain.</summary>
public enum AuditBreak
{
    /// <summary>An entry is missing, or there is one too many.</summary>
    SequenceBroken,

    /// <summary>It does not follow from the entry before it.</summary>
    PreviousDiffers,

    /// <summary>It was changed after it was written.</summary>
    ContentChanged,

    /// <summary>The chain ends elsewhere than its head says.</summary>
    EndDiffers,
}

/// <summary>What came of verifying a chain.</summary>
public abstract record AuditVerdict
{
    /// <summary>Every entry follows from the one before it, up to there.</summary>
    public sealed record Intact(AuditHead Until) : AuditVerdict;

    /// <summary>The first entry that is not as it was written.</summary>
    public sealed record Broken(long Sequence, AuditBreak Why) : AuditVerdict;

    AuditVerdict() { }
}

/// <summary>
/// A chain of hashes: no entry can be changed, left out or put in without every later hash being another. Whoever keeps a
/// hash elsewhere can prove what was written before it.
/// </summary>
public static class AuditChain
{
    const int Absent = -1;

    /// <summary>The act as the next entry.</summary>
    public static AuditEntry Append(AuditHead head, AuditAct act) =>
        new(head.Sequence + 1, act, head.Hash, HashOf(head.Sequence + 1, act, head.Hash));

    /// <summary>Whether the entries follow from that head, one after the other.</summary>
    public static AuditVerdict Verify(AuditHead from, IEnumerable<AuditEntry> entries)
    {
        var until = from;
        foreach (var entry in entries)
        {
            if (Fault(until, entry) is { } fault) return new AuditVerdict.Broken(until.Sequence + 1, fault);
            until = new AuditHead(entry.Sequence, entry.Hash);
        }
        return new AuditVerdict.Intact(until);
    }

    static AuditBreak? Fault(AuditHead before, AuditEntry entry)
    {
        if (entry.Sequence != before.Sequence + 1) return AuditBreak.SequenceBroken;
        if (entry.Previous != before.Hash) return AuditBreak.PreviousDiffers;
        if (entry.Hash != HashOf(entry.Sequence, entry.Act, entry.Previous)) return AuditBreak.ContentChanged;
        return null;
    }

    static string HashOf(long sequence, AuditAct act, string previous)
    {
        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(content, previous);
        Add(content, $"{sequence}");
        Add(content, act.Id);
        Add(content, act.Step.ToString());
        Add(content, act.Operator.Value);
        Add(content, act.Action);
        Add(content, act.Subject);
        Add(content, $"{act.At.ToUnixTimeMilliseconds()}");
        Add(content, act.Status is { } status ? $"{status}" : null);
        Add(content, act.Note);
        return Convert.ToHexStringLower(content.GetHashAndReset());
    }

    // Each with its length before it, so that no two different acts are the same bytes.
    static void Add(IncrementalHash content, string? text)
    {
        var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, text is null ? Absent : bytes.Length);
        content.AppendData(length);
        content.AppendData(bytes);
    }
}
