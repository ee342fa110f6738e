using System.Buffers.Binary;

namespace Railyard.Core.Settlement;

/// <summary>Writes a line in the form of <see cref="PackedLine"/>, and reads it back.</summary>
static class LinePacking
{
    // Whatever has a fixed length, rounded up; a fee; and the most bytes that a character of a text may take.
    const int FixedBytes = 256;
    const int FeeBytes = 13;
    const int BytesOfCharacter = 3;

    /// <summary>A line takes no more than that.</summary>
    public static int MostBytes(in LineFields line) =>
        FixedBytes + FeeBytes * line.Fees.Count + BytesOfCharacter * (
            line.Type.Length + line.Batch.Length + line.Zone.Length + (line.Payout?.Reference?.Length ?? 0))
        + line.AcquirerReference.Length + line.ModificationReference.Length + line.MerchantReference.Length;

    /// <summary>Writes the line; how many bytes it took.</summary>
    public static int Pack(in LineFields line, Span<byte> to)
    {
        var writer = new PackedWriter(to, PackedLine.HeadBytes);
        writer.Octets(line.AcquirerReference);
        writer.Octets(line.ModificationReference);
        writer.Int64(line.Bytes.Start);
        writer.Int32(line.Bytes.Length);
        writer.Movement(line.Gross);
        writer.Movement(line.Net);
        writer.Moment(line.BookedAt);
        writer.Reference(line.MerchantReference);
        writer.Text(line.Type);
        writer.Text(line.Batch);
        writer.Text(line.Zone);
        writer.Rate(line.Rate);
        writer.Fees(line.Fees);
        writer.Movement(line.Reserve);
        writer.Payout(line.Payout);
        WriteHead(line, to, writer.Place);
        return writer.Place;
    }

    /// <summary>The fields again. Texts that repeat are shared by <paramref name="texts"/>.</summary>
    public static LineFields Unpack(PackedLine packed, KnownTexts texts)
    {
        var reader = new PackedReader(packed.Rest, texts);
        return new()
        {
            Number = packed.Number,
            Kind = packed.Kind,
            AcquirerReference = packed.AcquirerReference,
            ModificationReference = packed.ModificationReference,
            Bytes = new(reader.Int64(), reader.Int32()),
            Gross = reader.Movement(),
            Net = reader.Movement() ?? throw new InvariantBroken($"Packed line {packed.Number} has no net."),
            BookedAt = reader.Moment(),
            MerchantReference = reader.Reference(),
            Type = reader.KnownText(),
            Batch = reader.KnownText(),
            Zone = reader.KnownText(),
            Rate = reader.Rate(),
            Fees = reader.Fees(),
            Reserve = reader.Movement(),
            Payout = reader.Payout(),
        };
    }

    static void WriteHead(in LineFields line, Span<byte> to, int length)
    {
        var (amount, direction) = line.Gross ?? line.Net;
        BinaryPrimitives.WriteInt32LittleEndian(to, length);
        BinaryPrimitives.WriteInt32LittleEndian(to[PackedLine.NumberPlace..], line.Number);
        BinaryPrimitives.WriteInt64LittleEndian(to[PackedLine.AmountPlace..], amount.MinorUnits);
        BinaryPrimitives.WriteInt64LittleEndian(to[PackedLine.FeesPlace..], line.FeesCharged().MinorUnits);
        BinaryPrimitives.WriteInt32LittleEndian(to[PackedLine.ReferenceLengthPlace..], line.AcquirerReference.Length);
        BinaryPrimitives.WriteInt32LittleEndian(to[PackedLine.ModificationLengthPlace..], line.ModificationReference.Length);
        PackedWriter.Write(amount.Currency, to[PackedLine.CurrencyPlace..]);
        PackedWriter.Write(line.Net.Amount.Currency, to[PackedLine.FeeCurrencyPlace..]);
        to[PackedLine.KindPlace] = (byte)line.Kind;
        to[PackedLine.DirectionPlace] = (byte)direction;
    }
}
