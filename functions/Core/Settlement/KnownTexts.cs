using System.Text;
using System.Text.Unicode;

namespace Railyard.Core.Settlement;

/// <summary>
/// One string for each of the few texts that repeat on every line (types, batches, zones), so that a million lines do
/// not make a million of each. Texts beyond the bound are made anew.
/// </summary>
sealed class KnownTexts
{
    const int MostTexts = 1024;
    const int LongestText = 64;

    readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return "";
        if (utf8.Length > LongestText || !Utf8.IsValid(utf8)) return FieldText.Of(utf8);

        Span<char> chars = stackalloc char[LongestText];
        var text = chars[..Encoding.UTF8.GetChars(utf8, chars)];
        if (texts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known)) return known;
        return texts.Count < MostTexts ? Remember(text.ToString()) : text.ToString();
    }

    string Remember(string text) => texts[text] = text;
}
