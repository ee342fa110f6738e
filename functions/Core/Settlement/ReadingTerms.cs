namespace Railyard.Core.Settlement;

/// <summary>What has to be known of a file besides its content.</summary>
public sealed record ReadingTerms
{
    /// <summary>Where nothing is known.</summary>
    public static readonly ReadingTerms None = new();

    /// <summary>
    /// Whether the acquirer's answers to captures name the transaction of each, since several may share one charge.
    /// </summary>
    public bool CapturesInParts { get; init; }

    /// <summary>Layouts of our own that the file may have, in the order in which they are tried.</summary>
    public IReadOnlyList<CompiledLayout> Layouts { get; init; } = [];

    /// <summary>Records that stand in place of those that begin on these lines.</summary>
    public IReadOnlyDictionary<int, string> Corrections { get; init; } = new Dictionary<int, string>();
}
