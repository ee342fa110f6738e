using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Railyard.Core.Settlement;

/// <summary>Writes the fields of a line one behind the other; numbers are little-endian, texts UTF-8 after their length.</summary>
ref struct PackedWriter(Span<byte> to, int place)
{
    /// <summary>Stands where something could be and is not.</summary>
    public const byte Nothing = 0xFF;

    /// <summary>Stands for the length of a text that is not there.</summary>
    public const int NoText = -1;

    readonly Span<byte> to = to;

    /// <summary>Where the next field goes.</summary>
    public int Place { get; private set; } = place;

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Next(sizeof(long)), value);

    public void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Next(sizeof(int)), value);

    public void Flag(bool value) => Octet(value ? (byte)1 : (byte)0);

    public void Moment(DateTimeOffset value)
    {
        Int64(value.Ticks);
        BinaryPrimitives.WriteInt16LittleEndian(Next(sizeof(short)), (short)value.TotalOffsetMinutes);
    }

    public void Movement(Movement? value)
    {
        Octet(value is { Direction: var direction } ? (byte)direction : Nothing);
        if (value is not { Amount: var amount }) return;
        Int64(amount.MinorUnits);
        Write(amount.Currency, Next(PackedLine.CurrencyBytes));
    }

    public void Fees(IReadOnlyList<LineFee> fees)
    {
        Int32(fees.Count);
        for (var i = 0; i < fees.Count; i++)
        {
            Octet((byte)fees[i].Kind);
            Movement(new Movement(fees[i].Amount, fees[i].Direction));
        }
    }

    public void Rate(ExchangeRate? value)
    {
        Octet(value is { Decimals: var decimals } ? (byte)decimals : Nothing);
        if (value is { Digits: var digits }) Int64(digits);
    }

    public void Payout(ImpliedPayout? value)
    {
        Flag(value is not null);
        if (value is null) return;
        Moment(value.PaidAt);
        Moment(value.ClosedAt);
        Text(value.Reference);
    }

    public void Text(string? text)
    {
        var length = Next(sizeof(int));
        // Types, batches and zones are short and ASCII as a rule: that is asked first, because it is done at once.
        if (text is null || Ascii.FromUtf16(text, to[Place..], out var written) != OperationStatus.Done)
            written = text is null ? 0 : Encoding.UTF8.GetBytes(text, to[Place..]);
        BinaryPrimitives.WriteInt32LittleEndian(length, text is null ? NoText : written);
        Place += written;
    }

    /// <summary>A text that is in UTF-8 already; an empty one is none.</summary>
    public void Reference(ReadOnlySpan<byte> text)
    {
        Int32(text.Length);
        Octets(text);
    }

    /// <summary>Bytes without their length.</summary>
    public void Octets(ReadOnlySpan<byte> octets) => octets.CopyTo(Next(octets.Length));

    public static void Write(Currency currency, Span<byte> to)
    {
        var code = currency.Code;
        (to[0], to[1], to[2]) = ((byte)code[0], (byte)code[1], (byte)code[2]);
    }

    void Octet(byte value) => Next(1)[0] = value;

    Span<byte> Next(int length)
    {
        var next = to.Slice(Place, length);
        Place += length;
        return next;
    }
}

/// <summary>Reads what <see cref="PackedWriter"/> has written, in the same order.</summary>
ref struct PackedReader(ReadOnlySpan<byte> from, KnownTexts texts)
{
    ReadOnlySpan<byte> rest = from;

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Next(sizeof(long)));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Next(sizeof(int)));

    public bool Flag() => Octet() != 0;

    public DateTimeOffset Moment() =>
        new(Int64(), TimeSpan.FromMinutes(BinaryPrimitives.ReadInt16LittleEndian(Next(sizeof(short)))));

    public Movement? Movement()
    {
        var direction = Octet();
        return direction == PackedWriter.Nothing ? null : new(Money(), (Direction)direction);
    }

    public IReadOnlyList<LineFee> Fees()
    {
        var count = Int32();
        if (count == 0) return [];
        var fees = new LineFee[count];
        for (var i = 0; i < count; i++)
        {
            var kind = (FeeKind)Octet();
            var (amount, direction) = Movement() ?? throw new InvariantBroken("A packed fee has no amount.");
            fees[i] = new(kind, amount, direction);
        }
        return fees;
    }

    public ExchangeRate? Rate()
    {
        var decimals = Octet();
        return decimals == PackedWriter.Nothing ? null : new(Int64(), decimals);
    }

    public ImpliedPayout? Payout() => Flag() ? new(Moment(), Moment(), Text()) : null;

    public ReadOnlySpan<byte> Reference() => Next(Int32());

    public string? Text() => TryNextText(out var text) ? Encoding.UTF8.GetString(text) : null;

    public string KnownText() =>
        TryNextText(out var text) ? texts.Of(text) : throw new InvariantBroken("A packed line lacks a text.");

    bool TryNextText(out ReadOnlySpan<byte> text)
    {
        var length = Int32();
        text = length == PackedWriter.NoText ? default : Next(length);
        return length != PackedWriter.NoText;
    }

    Money Money()
    {
        var minorUnits = Int64();
        var currency = Currency.Find(Next(PackedLine.CurrencyBytes)) ?? throw new InvariantBroken("A packed amount has no currency.");
        return new(minorUnits, currency);
    }

    byte Octet() => Next(1)[0];

    ReadOnlySpan<byte> Next(int length)
    {
        var next = rest[..length];
        rest = rest[length..];
        return next;
    }
}
