using System.Text;
using System.Text.Unicode;

namespace Railyard.Core.Settlement;

/// <summary>Text of a file: UTF-8, and where some bytes are none, Latin-1, which every byte is.</summary>
static class FieldText
{
    /// <summary>The bytes as text.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) =>
        !Ascii.IsValid(bytes) && Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);

    /// <summary>The text of the bytes in UTF-8, which they mostly are.</summary>
    public static ReadOnlySpan<byte> Utf8Of(ReadOnlySpan<byte> bytes) =>
        Utf8.IsValid(bytes) ? bytes : Encoding.UTF8.GetBytes(Of(bytes));

    /// <summary>The beginning of some bytes as it may be kept and shown: card numbers in it are masked.</summary>
    public static string Beginning(ReadOnlySpan<byte> bytes, int most)
    {
        // Masked before it is cut: of a number that is cut short nobody could say that it is one.
        var text = CardNumbers.Mask(Of(WholeCharacters(bytes, most + CardNumbers.MostDigits * 2)));
        return bytes.Length <= most ? text : text[..Math.Min(most, text.Length)] + "…";
    }

    static ReadOnlySpan<byte> WholeCharacters(ReadOnlySpan<byte> bytes, int most)
    {
        if (bytes.Length <= most) return bytes;
        var end = most;
        while (end > most - 3 && (bytes[end] & 0xC0) == 0x80) end--;
        return bytes[..end];
    }
}
