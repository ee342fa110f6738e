using System.Collections.Immutable;
using System.Globalization;

namespace Railyard.Core.Acquiring.Iso8583;

/// <summary>
/// DE 48 as Mastercard lays it out, without the category code in front: one subelement after the other, each two digits
/// of its number, two of its length, and its value.
/// </summary>
public static class IsoSubelements
{
    /// <summary>The retrieval reference number of what the message follows.</summary>
    public const int Trace = 63;

    /// <summary>Mastercard's merchant advice code.</summary>
    public const int MerchantAdvice = 84;

    /// <summary>The security code of the card.</summary>
    public const int SecurityCode = 92;

    const int NumberLength = 2;
    const int HeaderLength = 4;

    /// <summary>The subelements, or null where they do not come out even; none where there is no DE 48.</summary>
    public static ImmutableSortedDictionary<int, string>? Read(string? text)
    {
        var read = ImmutableSortedDictionary<int, string>.Empty;
        var rest = (text ?? "").AsSpan();
        while (!rest.IsEmpty)
        {
            if (rest.Length < HeaderLength || !TryCount(rest[..NumberLength], out var number)) return null;
            if (!TryCount(rest[NumberLength..HeaderLength], out var length) || rest.Length < HeaderLength + length) return null;
            read = read.SetItem(number, $"{rest.Slice(HeaderLength, length)}");
            rest = rest[(HeaderLength + length)..];
        }
        return read;
    }

    /// <summary>The text of those that have a value, or null where none has.</summary>
    public static string? Write(params ReadOnlySpan<(int Number, string? Value)> subelements)
    {
        var text = "";
        foreach (var (number, value) in subelements)
            if (value is not null) text += $"{number:00}{value.Length:00}{value}";
        return text.Length == 0 ? null : text;
    }

    static bool TryCount(ReadOnlySpan<char> digits, out int count) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out count);
}
