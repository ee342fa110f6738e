using System.Text;
using Railyard.Core.Payments;

namespace Railyard.Core.Operations;

/// <summary>
/// Takes out of a text what nobody may read there: card numbers, also with spaces or dashes in them, and keys. Nothing of
/// ours should hold them; this is for what others wrote.
/// </summary>
public static class Redaction
{
    /// <summary>What is put in their place.</summary>
    public const string Mark = "[redacted]";

    const int ShortestNumber = 12;
    const int LongestNumber = 19;

    static readonly string[] KeyPrefixes = ["sk_", "ok_", "whsec_", "Bearer "];

    /// <summary>The text without them.</summary>
    public static string Of(string text)
    {
        var kept = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var secret = KeyAt(text, at) is var key and > 0 ? key : NumberAt(text, at);
            if (secret > 0) kept.Append(Mark);
            else kept.Append(text[at]);
            at += Math.Max(secret, 1);
        }
        return kept.ToString();
    }

    // How long the key is that begins there; 0 for none.
    static int KeyAt(string text, int at)
    {
        if (at > 0 && IsOfKey(text[at - 1])) return 0;
        foreach (var prefix in KeyPrefixes)
        {
            if (string.CompareOrdinal(text, at, prefix, 0, prefix.Length) != 0) continue;
            var end = at + prefix.Length;
            while (end < text.Length && IsOfKey(text[end])) end++;
            if (end > at + prefix.Length) return end - at;
        }
        return 0;
    }

    // How long the card number is that begins there; 0 for none. Digits before it make it a part of something longer.
    static int NumberAt(string text, int at)
    {
        if (!char.IsAsciiDigit(text[at]) || (at > 0 && char.IsAsciiDigit(text[at - 1]))) return 0;
        var digits = new StringBuilder(LongestNumber);
        var end = at;
        for (var place = at; place < text.Length && digits.Length <= LongestNumber; place++)
        {
            if (char.IsAsciiDigit(text[place]))
            {
                digits.Append(text[place]);
                end = place + 1;
            }
            else if (text[place] is not (' ' or '-') || place != end) break;
        }
        return digits.Length is >= ShortestNumber and <= LongestNumber && CardNumber.Read(digits.ToString()) is not null
            ? end - at
            : 0;
    }

    static bool IsOfKey(char one) => char.IsAsciiLetterOrDigit(one) || one is '_' or '-' or '+' or '/' or '=' or '.';
}
