using System.Globalization;
using System.Text;

namespace Railyard.Core.Acquiring.Iso8583;

/// <summary>Reads the parts of a message one after the other; null, and <see cref="Fault"/>, where one is not what it should be.</summary>
ref struct IsoReader(ReadOnlySpan<byte> bytes, IsoDialect dialect)
{
    const string Hidden = "something else";

    readonly ReadOnlySpan<byte> bytes = bytes;
    int offset;
    int? element;

    /// <summary>What was wrong first.</summary>
    public IsoFault? Fault { get; private set; }

    public bool IsShortEnough(int most) =>
        bytes.Length <= most || Fail(offset, $"{most} bytes at most", $"{bytes.Length}");

    public bool IsAtEnd()
    {
        element = null;
        return offset == bytes.Length || Fail(offset, "the end", $"{bytes.Length - offset} more bytes");
    }

    public MessageType? Type()
    {
        if (Digits(MessageType.Length, IsDigit, "a digit") is not { } digits) return null;
        if (MessageType.Find(digits) is { } type) return type;
        Fail(0, "a message type of the version of 1987", digits);
        return null;
    }

    public byte[]? Bytes(int count)
    {
        if (dialect.Bytes == IsoBytes.Raw) return TryTake(count, out var raw) ? raw.ToArray() : null;
        return Text(2 * count, char.IsAsciiHexDigitUpper, "a capital hexadecimal digit") is { } hex
            ? Convert.FromHexString(hex)
            : null;
    }

    public string? Element(int number)
    {
        element = number;
        if (IsoElements.Find(number) is not { } known)
        {
            Fail(offset, "a data element of the version of 1987", "another");
            return null;
        }
        return Count(known) is { } count ? Value(known, count) : null;
    }

    int? Count(IsoElement known)
    {
        if (known.Length == IsoLength.Fixed) return known.Most;
        var start = offset;
        if (Digits(known.Length == IsoLength.LL ? 2 : 3, IsDigit, "a digit of its length") is not { } digits) return null;
        var count = int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        if (count <= known.Most) return count;
        Fail(start, $"a length of at most {known.Most}", digits);
        return null;
    }

    string? Value(IsoElement known, int count) => known.Kind switch
    {
        IsoKind.N => Digits(count, known.TakesCharacter, "a digit"),
        IsoKind.Z => Digits(count, known.TakesCharacter, "a digit or ="),
        IsoKind.Xn => Text(1, one => one is 'C' or 'D', "C or D") is { } sign
            && Digits(count, known.TakesCharacter, "a digit") is { } digits ? sign + digits : null,
        IsoKind.B => Bytes(count) is { } taken ? Convert.ToHexString(taken) : null,
        IsoKind.An => Text(count, known.TakesCharacter, "a letter, a digit or a space"),
        IsoKind.Ns => Text(count, known.TakesCharacter, "a digit, a space or punctuation"),
        IsoKind.Ans => Text(count, known.TakesCharacter, "a printable character"),
    };

    string? Digits(int count, Func<char, bool> isTaken, string expected)
    {
        if (dialect.Digits == IsoDigits.Ascii) return Text(count, isTaken, expected);
        var start = offset;
        if (!TryTake((count + 1) / 2, out var taken)) return null;
        var digits = Convert.ToHexString(taken).Replace('D', '=');
        if (count % 2 == 1 && digits[0] != '0')
        {
            Fail(start, "a zero before an odd number of digits", Shown(taken[0]));
            return null;
        }
        for (var i = 0; i < digits.Length; i++)
        {
            if (isTaken(digits[i])) continue;
            Fail(start + i / 2, expected, Shown(taken[i / 2]));
            return null;
        }
        return digits[(digits.Length - count)..];
    }

    string? Text(int count, Func<char, bool> isTaken, string expected)
    {
        var start = offset;
        if (!TryTake(count, out var taken)) return null;
        for (var i = 0; i < taken.Length; i++)
        {
            if (isTaken((char)taken[i])) continue;
            Fail(start + i, expected, Shown(taken[i]));
            return null;
        }
        return Encoding.ASCII.GetString(taken);
    }

    bool TryTake(int count, out ReadOnlySpan<byte> taken)
    {
        var left = bytes.Length - offset;
        if (left < count)
        {
            taken = default;
            return Fail(offset, Counted(count), Counted(left));
        }
        taken = bytes.Slice(offset, count);
        offset += count;
        return true;
    }

    bool Fail(int at, string expected, string found)
    {
        Fault ??= new IsoFault(element, at, expected, found);
        return false;
    }

    // Not a byte of what is the cardholder's gets into a fault.
    readonly string Shown(byte one) => element is { } number && IsoElements.IsHidden(number) ? Hidden : $"0x{one:X2}";

    static string Counted(int count) => count == 1 ? "1 byte" : $"{count} bytes";

    static bool IsDigit(char one) => char.IsAsciiDigit(one);
}
