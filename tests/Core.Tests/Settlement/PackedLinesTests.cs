using System.Buffers;
using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Settlement;

public sealed class PackedLinesTests
{
    static readonly Currency Euro = Currency.Of("EUR");

    // Everything that a line can say, and some of it in more bytes than characters.
    static readonly SettlementLine Full = new()
    {
        Number = 7,
        Bytes = new(1_000, 200),
        Kind = LineKind.Refund,
        Type = "Rückzahlung",
        AcquirerReference = "P1",
        ModificationReference = "M1",
        MerchantReference = "pay_1.ref_1",
        Gross = new Movement(new Money(10_00, Currency.Of("USD")), Direction.Debit),
        Net = new Movement(new Money(9_00, Euro), Direction.Debit),
        Fees = [new(FeeKind.Commission, new Money(12, Euro), Direction.Debit), new(FeeKind.Interchange, new Money(2, Euro), Direction.Credit)],
        Reserve = new Movement(new Money(1, Euro), Direction.Credit),
        Payout = new(A.Moment, A.Moment.AddHours(1), "PAYOUT 1"),
        Rate = new(91, 2),
        Batch = "12",
        BookedAt = new(2026, 11, 24, 10, 0, 0, TimeSpan.FromHours(1)),
        Zone = "CET",
    };

    static readonly SettlementLine Bare = new()
    {
        Number = 8,
        Bytes = default,
        Kind = LineKind.Adjustment,
        Type = "",
        AcquirerReference = "",
        Net = new Movement(Money.Zero(Euro), Direction.Credit),
        Fees = [],
        Batch = "",
        BookedAt = A.Moment,
        Zone = "UTC",
    };

    [Fact]
    public void A_line_is_read_back_as_it_was()
    {
        var packed = new PackedLines();
        packed.Add(Full);
        packed.Add(Bare);

        Assert.Equivalent(new[] { Full, Bare }, packed.All(), strict: true);
        Assert.Null(packed.Line(1).ModificationReference);
        Assert.Equal(TimeSpan.FromHours(1), packed.Line(0).BookedAt.Offset);
    }

    [Fact]
    public void A_join_sees_what_it_asks_without_reading_the_line()
    {
        var packed = new PackedLines();
        packed.Add(Full);
        var line = packed[0];

        Assert.Equal((7, LineKind.Refund, 10_00, Direction.Debit, 10), (line.Number, line.Kind, line.MinorUnits, line.Direction, line.FeesCharged));
        Assert.True(line.AcquirerReference.SequenceEqual("P1"u8) && line.ModificationReference.SequenceEqual("M1"u8));
        Assert.True(line.CurrencyCode.SequenceEqual("USD"u8) && line.FeeCurrencyCode.SequenceEqual("EUR"u8));
    }

    [Fact]
    public void Lines_that_come_in_pieces_are_taken_as_far_as_they_are_whole()
    {
        var written = Written(Full, Bare, Full);
        var packed = new PackedLines();

        var first = packed.AddPacked(written.AsSpan()[..^1]);
        var second = packed.AddPacked(written.AsSpan(first));

        Assert.Equal(written.Length, first + second);
        Assert.Equivalent(new[] { Full, Bare, Full }, packed.All(), strict: true);
    }

    [Fact]
    public void What_is_no_packed_line_is_refused() =>
        Assert.Throws<InvariantBroken>(() => new PackedLines().AddPacked(new byte[64]));

    // Lines lie in storage: a place, or a kind put between others, that changes is another format.
    [Fact]
    public void A_packed_line_has_the_same_bytes_for_ever()
    {
        Assert.Equal(
            "Payment Refund RefundReversal Chargeback SecondChargeback ChargebackReversal Fee Payout PayoutReturned PayIn ReserveHold "
            + "ReserveRelease Carry Transfer Adjustment Conversion CaptureReversal Unknown",
            string.Join(' ', Enum.GetNames<LineKind>()));
        Assert.Equal("Commission Markup SchemeFees Interchange Tax Other", string.Join(' ', Enum.GetNames<FeeKind>()));
        Assert.Equal(
            "6500000008000000" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "4555524555520E00"
            + "000000000000000000000000" + "FF" + "000000000000000000455552" + "0080B5F7F57F9F080000"
            + "00000000" + "00000000" + "00000000" + "03000000555443" + "FF" + "00000000" + "FF" + "00",
            Convert.ToHexString(Written(Bare with { BookedAt = DateTimeOffset.UnixEpoch })));
    }

    static byte[] Written(params SettlementLine[] lines)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var line in lines) PackedLine.Write(LineFields.Of(line), buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
