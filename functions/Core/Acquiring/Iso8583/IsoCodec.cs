namespace Railyard.Core.Acquiring.Iso8583;

/// <summary>Why bytes are no message: where, what was expected and what was found instead.</summary>
public sealed record IsoFault(int? Element, int Offset, string Expected, string Found)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{(Element is { } number ? $"Data element {number}" : "Header")} at byte {Offset}: expected {Expected}, found {Found}.";
}

/// <summary>What bytes turned out to be.</summary>
public abstract record Unpacked
{
    /// <summary>A message.</summary>
    public sealed record Read(IsoMessage Message) : Unpacked;

    /// <summary>Not a message.</summary>
    public sealed record Unreadable(IsoFault Fault) : Unpacked;

    Unpacked() { }
}

/// <summary>Messages to bytes and back.</summary>
public static class IsoCodec
{
    /// <summary>The longest message that is written or read, in bytes.</summary>
    public const int LongestMessage = 4_096;

    const int BitmapBytes = 8;
    const int BitsOfOne = 64;

    /// <summary>The bytes of a message.</summary>
    /// <exception cref="InvariantBroken">It is longer than <see cref="LongestMessage"/>.</exception>
    public static byte[] Pack(IsoMessage message, IsoDialect dialect)
    {
        var writer = new IsoWriter(dialect);
        writer.Digits($"{message.Type}");
        writer.Bytes(Bitmap(message));
        foreach (var number in message.Numbers) writer.Element(IsoElements.Find(number)!, message[number]!);
        return writer.Written.Length <= LongestMessage
            ? writer.Written
            : throw new InvariantBroken($"A message of {writer.Written.Length} bytes is too long.");
    }

    /// <summary>The message that bytes are, all of them; whatever they are, nothing is thrown.</summary>
    public static Unpacked Unpack(ReadOnlySpan<byte> bytes, IsoDialect dialect)
    {
        var reader = new IsoReader(bytes, dialect);
        return Read(ref reader) is { } message
            ? new Unpacked.Read(message)
            : new Unpacked.Unreadable(reader.Fault!);
    }

    static IsoMessage? Read(ref IsoReader reader)
    {
        if (!reader.IsShortEnough(LongestMessage)) return null;
        if (reader.Type() is not { } type) return null;
        if (Bitmap(ref reader) is not { } present) return null;
        var message = new IsoMessage(type);
        foreach (var number in present)
        {
            if (reader.Element(number) is not { } value) return null;
            message = message.With(number, value);
        }
        return reader.IsAtEnd() ? message : null;
    }

    static byte[] Bitmap(IsoMessage message)
    {
        var isTwofold = message.Numbers.Any(number => number > BitsOfOne);
        var bytes = new byte[isTwofold ? 2 * BitmapBytes : BitmapBytes];
        if (isTwofold) Set(bytes, IsoElements.SecondaryBitmap);
        foreach (var number in message.Numbers) Set(bytes, number);
        return bytes;
    }

    // Element 1 is the highest bit of the first byte.
    static void Set(byte[] bytes, int number) => bytes[(number - 1) / 8] |= (byte)(0x80 >> (number - 1) % 8);

    static List<int>? Bitmap(ref IsoReader reader)
    {
        if (reader.Bytes(BitmapBytes) is not { } primary) return null;
        if (!IsSet(primary, IsoElements.SecondaryBitmap)) return Numbers(primary);
        return reader.Bytes(BitmapBytes) is { } secondary ? Numbers([.. primary, .. secondary]) : null;
    }

    static List<int> Numbers(byte[] bitmap) =>
        [.. Enumerable.Range(2, 8 * bitmap.Length - 1).Where(number => IsSet(bitmap, number))];

    static bool IsSet(byte[] bitmap, int number) => (bitmap[(number - 1) / 8] & (0x80 >> (number - 1) % 8)) != 0;
}
