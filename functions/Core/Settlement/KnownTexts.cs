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
    const int RecentTexts = 64;

    readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    readonly Recent[] recent = new Recent[RecentTexts];

    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return "";
        // What stands on one line mostly stands on the next: a comparison is cheaper than making the text to look it up.
        ref var last = ref recent[(utf8.Length * 7 + utf8[0] + utf8[^1] * 3) % RecentTexts];
        if (last.Utf8 is not null && utf8.SequenceEqual(last.Utf8)) return last.Text;
        var text = Find(utf8);
        if (utf8.Length <= LongestText) last = new(utf8.ToArray(), text);
        return text;
    }

    string Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestText || !Utf8.IsValid(utf8)) return FieldText.Of(utf8);

        Span<char> chars = stackalloc char[LongestText];
        var text = chars[..Encoding.UTF8.GetChars(utf8, chars)];
        if (texts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known)) return known;
        return texts.Count < MostTexts ? Remember(text.ToString()) : text.ToString();
    }

    readonly record struct Recent(byte[]? Utf8, string Text);

    string Remember(string text) => texts[text] = text;
}
