using System.Text;

namespace Railyard.Core.Settlement.Bank;

/// <summary>
/// The field 86 of MT940, in any of its dialects: free text, German subfields (?20 to ?63), codes between slashes (/EREF/).
/// </summary>
sealed record SwiftText(string Text, string? EndToEndId)
{
    const string SlashedEndToEnd = "/EREF/";
    const string MarkedEndToEnd = "EREF+";

    // What may follow the end-to-end reference in the text of a SEPA payment.
    static readonly IReadOnlyList<string> Marks =
        ["KREF+", "MREF+", "CRED+", "DEBT+", "OAMT+", "COAM+", "SVWZ+", "ABWA+", "ABWE+", "PURP+"];

    /// <summary>What the field says; nothing where there is none.</summary>
    public static SwiftText Of(SwiftField? field)
    {
        if (field is null) return new("", null);
        // Lines break wherever 65 characters end; only free text is broken between words.
        var joined = string.Concat(field.Values);
        if (joined.Contains("?20", StringComparison.Ordinal) || joined.Contains("?00", StringComparison.Ordinal)) return OfSubfields(joined);
        return joined.StartsWith('/') ? new(joined, Slashed(joined)) : new(string.Join(' ', field.Values), Marked(joined));
    }

    static SwiftText OfSubfields(string joined)
    {
        var (remittance, parties) = (new StringBuilder(), new StringBuilder());
        foreach (var part in joined.Split('?').Skip(1).Where(part => part.Length >= 2))
        {
            switch (part[..2])
            {
                case [ '2' or '6', _ ]: remittance.Append(part.AsSpan(2)); break;
                case "32" or "33": parties.Append(part.AsSpan(2)); break;
                case "00": parties.Append(part.AsSpan(2)).Append(' '); break;
                default: break;
            }
        }
        return new($"{remittance} {parties}", Marked(remittance.ToString()));
    }

    static string? Slashed(string text)
    {
        var start = text.IndexOf(SlashedEndToEnd, StringComparison.Ordinal);
        if (start < 0) return null;
        var value = text[(start + SlashedEndToEnd.Length)..];
        var end = value.IndexOf('/', StringComparison.Ordinal);
        return end < 0 ? value : value[..end];
    }

    static string? Marked(string text)
    {
        var start = text.IndexOf(MarkedEndToEnd, StringComparison.Ordinal);
        if (start < 0) return null;
        var value = text[(start + MarkedEndToEnd.Length)..];
        var end = Marks.Select(mark => value.IndexOf(mark, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(value.Length).Min();
        return value[..end];
    }
}
