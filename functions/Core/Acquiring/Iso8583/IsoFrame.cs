using System.Buffers;
using System.Buffers.Binary;

namespace Railyard.Core.Acquiring.Iso8583;

/// <summary>What lies at the front of what has arrived.</summary>
public abstract record Framed
{
    /// <summary>A message in full.</summary>
    public sealed record Whole(byte[] Message) : Framed;

    /// <summary>A part of one: more must arrive.</summary>
    public sealed record Part : Framed;

    /// <summary>A length that no message has: where the next one starts cannot be known.</summary>
    public sealed record Nonsense(int Length) : Framed;

    Framed() { }
}

/// <summary>Messages on a stream: each has its length before it, two bytes with the higher one first.</summary>
public static class IsoFrame
{
    /// <summary>How many bytes say the length.</summary>
    public const int HeaderLength = 2;

    /// <summary>A message with its length before it.</summary>
    public static byte[] Around(ReadOnlySpan<byte> message)
    {
        var frame = new byte[HeaderLength + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, checked((ushort)message.Length));
        message.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    /// <summary>Takes the first message off what has arrived, where it is there in full.</summary>
    public static Framed Take(ref ReadOnlySequence<byte> arrived)
    {
        var reader = new SequenceReader<byte>(arrived);
        if (!reader.TryReadBigEndian(out short header)) return new Framed.Part();
        var length = header & 0xFFFF;
        if (length is 0 or > IsoCodec.LongestMessage) return new Framed.Nonsense(length);
        if (reader.Remaining < length) return new Framed.Part();
        var message = arrived.Slice(HeaderLength, length).ToArray();
        arrived = arrived.Slice(HeaderLength + length);
        return new Framed.Whole(message);
    }
}
