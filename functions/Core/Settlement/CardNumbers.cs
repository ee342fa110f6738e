namespace Railyard.Core.Settlement;

/// <summary>
/// Finds what may be a card number (ISO/IEC 7812: 13 to 19 digits, the last one a Luhn check digit) in text that is kept or
/// shown. A reference that happens to look like one is masked too: that is the lesser harm.
/// </summary>
public static class CardNumbers
{
    /// <summary>The most digits that a card number has.</summary>
    public const int MostDigits = 19;

    const int FewestDigits = 13;
    const int UsualDigits = 16;
    const int ShownDigits = 4;
    const char Mark = '*';

    /// <summary>The text with all but the last four digits of each card number masked.</summary>
    public static string Mask(string text)
    {
        Span<int> places = stackalloc int[MostDigits];
        char[]? masked = null;
        for (var start = 0; start < text.Length;)
        {
            var end = EndOfRun(text, start, out var digits);
            if (digits >= FewestDigits) MaskRun(text, start, end, digits, places, ref masked);
            start = Math.Max(end, start + 1);
        }
        return masked is null ? text : new string(masked);
    }

    static void MaskRun(string text, int start, int end, int digits, Span<int> places, ref char[]? masked)
    {
        var size = digits <= MostDigits ? digits : UsualDigits;
        for (var place = start; place < end; place++)
        {
            if (!char.IsAsciiDigit(text[place])) continue;
            if (Collect(text, place, end, places[..size]) && IsCardNumber(text, places[..size]))
                foreach (var digit in places[..(size - ShownDigits)]) (masked ??= text.ToCharArray())[digit] = Mark;
            // A run that is no longer than a card number is one as a whole, or none.
            if (digits <= MostDigits) return;
        }
    }

    // Digits, and single blanks or dashes between them.
    static int EndOfRun(string text, int start, out int digits)
    {
        digits = 0;
        var place = start;
        while (place < text.Length)
        {
            if (char.IsAsciiDigit(text[place])) digits++;
            else if (text[place] is not (' ' or '-') || place == start || !char.IsAsciiDigit(text[place - 1])) break;
            place++;
        }
        return place;
    }

    static bool Collect(string text, int start, int end, Span<int> places)
    {
        var count = 0;
        for (var place = start; place < end && count < places.Length; place++)
            if (char.IsAsciiDigit(text[place])) places[count++] = place;
        return count == places.Length;
    }

    static bool IsCardNumber(string text, ReadOnlySpan<int> places)
    {
        var (sum, isDoubled) = (0, false);
        for (var i = places.Length - 1; i >= 0; i--, isDoubled = !isDoubled)
        {
            var digit = text[places[i]] - '0';
            if (isDoubled) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
            sum += digit;
        }
        return sum % 10 == 0;
    }
}
