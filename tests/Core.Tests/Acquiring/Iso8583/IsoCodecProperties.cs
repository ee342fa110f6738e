using System.Buffers;
using CsCheck;
using Railyard.Core.Acquiring.Iso8583;

namespace Railyard.Core.Tests.Acquiring.Iso8583;

public sealed class IsoCodecProperties
{
    const int MostElements = 40;
    const int LongestValue = 80;

    static readonly Gen<IsoDialect> Dialect = Gen.Bool.Select(isAscii => isAscii ? IsoDialect.Ascii : IsoDialect.Binary);

    static readonly Gen<MessageType> Type = Gen.Select(Gen.Int[1, 8], Gen.Int[0, 9], Gen.Int[0, 5])
        .Select((kind, function, origin) => MessageType.Find($"0{kind}{function}{origin}")!.Value);

    static readonly Gen<(int Number, string Value)> Element = Gen.Int[2, IsoElements.Last]
        .Where(number => IsoElements.Find(number) is not null)
        .SelectMany(number => Value(IsoElements.Find(number)!).Select(value => (number, value)));

    static readonly Gen<IsoMessage> Message = Gen.Select(Type, Element.Array[0, MostElements])
        .Select((type, elements) => elements.Aggregate(
            new IsoMessage(type), (message, element) => message.With(element.Number, element.Value)));

    [Fact]
    public void Every_message_comes_back_from_its_bytes() =>
        Gen.Select(Message, Dialect).Sample((message, dialect) =>
        {
            var bytes = IsoCodec.Pack(message, dialect);

            var read = Assert.IsType<Unpacked.Read>(IsoCodec.Unpack(bytes, dialect));

            Assert.Equal(message, read.Message);
            Assert.Equal(bytes, IsoCodec.Pack(read.Message, dialect));
        });

    [Fact]
    public void Whatever_the_bytes_are_they_are_a_message_or_a_fault_within_them() =>
        Gen.Select(Gen.Byte.Array[0, 300], Dialect).Sample((bytes, dialect) => IsMessageOrFaultWithin(bytes, dialect));

    [Fact]
    public void A_message_with_bytes_changed_is_a_message_or_a_fault_within_it() =>
        Gen.Select(Message, Dialect, Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[1, 4]).Sample((message, dialect, changes) =>
        {
            var bytes = IsoCodec.Pack(message, dialect);
            foreach (var (place, changed) in changes) bytes[place % bytes.Length] = changed;

            IsMessageOrFaultWithin(bytes, dialect);
        });

    [Fact]
    public void A_message_cut_anywhere_is_a_fault() =>
        Gen.Select(Message, Dialect, Gen.Int[0, 10_000]).Sample((message, dialect, place) =>
        {
            var bytes = IsoCodec.Pack(message, dialect);

            var cut = IsoCodec.Unpack(bytes.AsSpan(0, place % bytes.Length), dialect);

            Assert.IsType<Unpacked.Unreadable>(cut);
        });

    [Fact]
    public void Frames_come_out_of_a_stream_as_they_went_in_however_it_is_cut() =>
        Gen.Select(Gen.Byte.Array[1, 200].Array[1, 6], Gen.Int[1, 50]).Sample((messages, piece) =>
        {
            var stream = messages.SelectMany(message => IsoFrame.Around(message)).ToArray();

            Assert.Equal(messages, Taken(stream, piece));
        });

    static List<byte[]> Taken(byte[] stream, int piece)
    {
        var arrived = Array.Empty<byte>();
        var messages = new List<byte[]>();
        foreach (var part in stream.Chunk(piece))
        {
            arrived = [.. arrived, .. part];
            var rest = new ReadOnlySequence<byte>(arrived);
            while (IsoFrame.Take(ref rest) is Framed.Whole whole) messages.Add(whole.Message);
            arrived = rest.ToArray();
        }
        return messages;
    }

    static void IsMessageOrFaultWithin(byte[] bytes, IsoDialect dialect)
    {
        if (IsoCodec.Unpack(bytes, dialect) is Unpacked.Unreadable { Fault: var fault })
            Assert.InRange(fault.Offset, 0, bytes.Length);
    }

    static Gen<string> Value(IsoElement element)
    {
        var most = Math.Min(element.Most, LongestValue);
        var count = element.Length == IsoLength.Fixed ? Gen.Const(element.Most) : Gen.Int[0, most];
        return count.SelectMany(length => Text(element, length));
    }

    static Gen<string> Text(IsoElement element, int count)
    {
        var taken = Enumerable.Range(' ', '~' - ' ' + 1).Select(one => (char)one).Where(element.TakesCharacter).ToArray();
        if (element.Kind == IsoKind.Xn)
            return Gen.Select(Gen.Char["CD"], Gen.Char[new string(taken)].Array[count]).Select((sign, digits) => sign + new string(digits));
        return Gen.Char[new string(taken)].Array[element.CharactersOf(count)].Select(characters => new string(characters));
    }
}
