using System.Text;

namespace Railyard.Core.Reconciliation.Bank;

/// <summary>
/// A bank's text to look for references in. Banks break lines wherever they are full and change case, so neither space nor
/// case counts.
/// </summary>
sealed class BankText(string text)
{
    /// <summary>A shorter reference would be found in anything.</summary>
    const int ShortestReference = 6;

    const int ShortestName = 4;
    const char Taken = '\0';

    string left = Squeezed(text);

    /// <summary>
    /// Those of some references that stand in the text, the longest first, so that none is found inside of another.
    /// </summary>
    public IReadOnlyList<string> Find(IEnumerable<string> references)
    {
        var found = new List<string>();
        var wanted = references.Distinct().Select(one => (Reference: one, Squeezed: Squeezed(one))).Where(one => one.Squeezed.Length >= ShortestReference);
        foreach (var (reference, squeezed) in wanted.OrderByDescending(one => one.Squeezed.Length).ThenBy(one => one.Squeezed, StringComparer.Ordinal))
            if (TryTake(squeezed)) found.Add(reference);
        return found;
    }

    /// <summary>Whether a name stands in the text.</summary>
    public bool Names(string name) =>
        Squeezed(name) is { Length: >= ShortestName } squeezed && left.Contains(squeezed, StringComparison.Ordinal);

    bool TryTake(string reference)
    {
        for (var at = left.IndexOf(reference, StringComparison.Ordinal); at >= 0; at = left.IndexOf(reference, at + 1, StringComparison.Ordinal))
        {
            if (IsInsideNumber(at, reference)) continue;
            left = string.Concat(left.AsSpan(0, at), new string(Taken, reference.Length), left.AsSpan(at + reference.Length));
            return true;
        }
        return false;
    }

    // PAYOUT-1 does not stand in PAYOUT-12.
    bool IsInsideNumber(int at, string reference)
    {
        var end = at + reference.Length;
        if (end < left.Length && char.IsAsciiDigit(reference[^1]) && char.IsAsciiDigit(left[end])) return true;
        return at > 0 && char.IsAsciiDigit(reference[0]) && char.IsAsciiDigit(left[at - 1]);
    }

    static string Squeezed(string text)
    {
        var squeezed = new StringBuilder(text.Length);
        foreach (var character in text)
            if (!char.IsWhiteSpace(character) && character != Taken) squeezed.Append(char.ToUpperInvariant(character));
        return squeezed.ToString();
    }
}
