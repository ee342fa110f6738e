using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Railyard.Core.Merchants.Payouts;

/// <summary>
/// Texts in the characters that every bank takes (EPC217-08: letters and digits of ASCII, space and <c>/ - ? : ( ) . , ' +</c>).
/// </summary>
public static class SepaText
{
    const string Marks = "/-?:().,'+ ";

    // What does not come apart into a letter and its accent; after the best practices of EPC217-08.
    static readonly FrozenDictionary<char, string> Spelled = new Dictionary<char, string>
    {
        ['Ä'] = "Ae", ['Ö'] = "Oe", ['Ü'] = "Ue", ['ä'] = "ae", ['ö'] = "oe", ['ü'] = "ue", ['ß'] = "ss", ['ẞ'] = "SS",
        ['Æ'] = "AE", ['æ'] = "ae", ['Ø'] = "O", ['ø'] = "o", ['Œ'] = "OE", ['œ'] = "oe", ['Ł'] = "L", ['ł'] = "l",
        ['Đ'] = "D", ['đ'] = "d", ['Ð'] = "D", ['ð'] = "d", ['Þ'] = "TH", ['þ'] = "th", ['ı'] = "i", ['ħ'] = "h", ['Ħ'] = "H",
        ['ŋ'] = "n", ['Ŋ'] = "N", ['&'] = "+", ['_'] = "-", ['@'] = "(at)", ['€'] = "EUR", ['’'] = "'", ['‘'] = "'", ['`'] = "'",
        ['´'] = "'", ['"'] = "'", ['“'] = "'", ['”'] = "'", ['–'] = "-", ['—'] = "-", [';'] = ",", ['['] = "(", [']'] = ")",
        ['Α'] = "A", ['Β'] = "V", ['Γ'] = "G", ['Δ'] = "D", ['Ε'] = "E", ['Ζ'] = "Z", ['Η'] = "I", ['Θ'] = "TH", ['Ι'] = "I",
        ['Κ'] = "K", ['Λ'] = "L", ['Μ'] = "M", ['Ν'] = "N", ['Ξ'] = "X", ['Ο'] = "O", ['Π'] = "P", ['Ρ'] = "R", ['Σ'] = "S",
        ['Τ'] = "T", ['Υ'] = "Y", ['Φ'] = "F", ['Χ'] = "CH", ['Ψ'] = "PS", ['Ω'] = "O", ['ς'] = "s",
        ['А'] = "A", ['Б'] = "B", ['В'] = "V", ['Г'] = "G", ['Д'] = "D", ['Е'] = "E", ['Ж'] = "ZH", ['З'] = "Z", ['И'] = "I",
        ['К'] = "K", ['Л'] = "L", ['М'] = "M", ['Н'] = "N", ['О'] = "O", ['П'] = "P", ['Р'] = "R", ['С'] = "S", ['Т'] = "T",
        ['У'] = "U", ['Ф'] = "F", ['Х'] = "H", ['Ц'] = "TS", ['Ч'] = "CH", ['Ш'] = "SH", ['Щ'] = "SHT", ['Ъ'] = "A",
        ['Ь'] = "Y", ['Ю'] = "YU", ['Я'] = "YA",
    }.ToFrozenDictionary();

    // Letters under accents, each after the letter without. The process has no tables of Unicode's own (invariant globalization).
    const string Accented =
        "AÀÁÂÃÅĀĂĄǍẠẢẤẦẨẪẬẮẰẲẴẶ aàáâãåāăąǎạảấầẩẫậắằẳẵặ CÇĆĈĊČ cçćĉċč DĎ dď EÈÉÊËĒĔĖĘĚẸẺẼẾỀỂỄỆ eèéêëēĕėęěẹẻẽếềểễệ " +
        "GĜĞĠĢ gĝğġģ HĤ hĥ IÌÍÎÏĨĪĬĮİỈỊ iìíîïĩīĭįỉị JĴ jĵ KĶ kķ LĹĻĽ lĺļľ NÑŃŅŇ nñńņň OÒÓÔÕŌŎŐƠỌỎỐỒỔỖỘỚỜỞỠỢ " +
        "oòóôõōŏőơọỏốồổỗộớờởỡợ RŔŖŘ rŕŗř SŚŜŞŠȘ sśŝşšș TŢŤŦȚ tţťŧț UÙÚÛŨŪŬŮŰŲƯỤỦỨỪỬỮỰ uùúûũūŭůűųưụủứừửữự WŴẀẂẄ wŵẁẃẅ " +
        "YÝŶŸỲỴỶỸ yýŷÿỳỵỷỹ ZŹŻŽ zźżž ΑΆ ΕΈ ΗΉ ΙΊΪ ΟΌ ΥΎΫ ΩΏ αά εέ ηή ιίϊΐ οό υύϋΰ ωώ ИЙ ий ЕЁ её";

    static readonly FrozenDictionary<char, char> Bare = Accented.Split(' ')
        .SelectMany(letters => letters.Skip(1).Select(letter => (letter, letters[0])))
        .ToFrozenDictionary(pair => pair.letter, pair => pair.Item2);

    /// <summary>
    /// The text in those characters and at most so many: accents dropped, a few letters spelled, '.' for what there is no
    /// letter for. It neither begins nor ends with a space or a slash, and has no two slashes in a row: banks refuse those.
    /// </summary>
    public static string Of(string text, int longest)
    {
        var written = new StringBuilder(text.Length);
        foreach (var one in text) Write(written, Bare.GetValueOrDefault(one, one));
        while (written.ToString().Contains("//", StringComparison.Ordinal)) written.Replace("//", "/");
        var whole = written.ToString().Trim(' ', '/');
        return whole.Length <= longest ? whole : whole[..longest].TrimEnd(' ', '/');
    }

    /// <summary>Whether a text has only those characters.</summary>
    public static bool Has(string text) => text.All(IsPlain);

    static void Write(StringBuilder written, char one)
    {
        if (IsPlain(one)) written.Append(one);
        else if (Spelling(one) is { } spelled) written.Append(spelled);
        else if (char.IsWhiteSpace(one)) written.Append(' ');
        // What follows a letter to be put on it, and the second half of what takes two, has no letter of its own.
        else if (!char.IsLowSurrogate(one) && CharUnicodeInfo.GetUnicodeCategory(one) != UnicodeCategory.NonSpacingMark) written.Append('.');
    }

    static string? Spelling(char one)
    {
        if (Spelled.TryGetValue(one, out var spelled)) return spelled;
        return Spelled.TryGetValue(char.ToUpperInvariant(one), out var capital) ? capital.ToLowerInvariant() : null;
    }

    static bool IsPlain(char one) => char.IsAsciiLetterOrDigit(one) || Marks.Contains(one);
}
