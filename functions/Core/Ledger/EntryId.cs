using Railyard.Core.Settlement;

namespace Railyard.Core.Ledger;

/// <summary>
/// A journal entry, <c>ent_…</c>, derived from what caused it and the rule that posts it, so that posting it twice is
/// posting it once.
/// </summary>
public readonly record struct EntryId(string Value)
{
    /// <summary>What an entry id starts with.</summary>
    public const string Prefix = "ent_";

    /// <summary>The id of the entry that a rule posts for a cause.</summary>
    /// <param name="cause">What happened, by an id that stays the same when it is told again.</param>
    /// <param name="rule">The rule's name.</param>
    public static EntryId Of(string cause, string rule) => new(DerivedId.Of(Prefix, cause, rule));

    /// <inheritdoc/>
    public override string ToString() => Value;
}
