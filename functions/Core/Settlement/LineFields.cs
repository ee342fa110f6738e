using System.Text;

namespace Railyard.Core.Settlement;

/// <summary>
/// A line of a settlement file where it was read: its references are still the bytes of the buffer, so that of a million
/// lines none makes a text. It is good until the buffer moves on; what is kept is packed, or made a
/// <see cref="SettlementLine"/>, which says what each field means.
/// </summary>
public readonly ref struct LineFields
{
    public required int Number { get; init; }

    public required ByteRange Bytes { get; init; }

    public required LineKind Kind { get; init; }

    public required string Type { get; init; }

    /// <summary>In UTF-8, as the other two; empty where there is none.</summary>
    public required ReadOnlySpan<byte> AcquirerReference { get; init; }

    public ReadOnlySpan<byte> ModificationReference { get; init; }

    public ReadOnlySpan<byte> MerchantReference { get; init; }

    public Movement? Gross { get; init; }

    public required Movement Net { get; init; }

    public required IReadOnlyList<LineFee> Fees { get; init; }

    public Movement? Reserve { get; init; }

    public ImpliedPayout? Payout { get; init; }

    public ExchangeRate? Rate { get; init; }

    public required string Batch { get; init; }

    public required DateTimeOffset BookedAt { get; init; }

    public required string Zone { get; init; }

    /// <summary>The fields of a line.</summary>
    public static LineFields Of(SettlementLine line) => new()
    {
        Number = line.Number,
        Bytes = line.Bytes,
        Kind = line.Kind,
        Type = line.Type,
        AcquirerReference = Encoding.UTF8.GetBytes(line.AcquirerReference),
        ModificationReference = Encoding.UTF8.GetBytes(line.ModificationReference ?? ""),
        MerchantReference = Encoding.UTF8.GetBytes(line.MerchantReference ?? ""),
        Gross = line.Gross,
        Net = line.Net,
        Fees = line.Fees,
        Reserve = line.Reserve,
        Payout = line.Payout,
        Rate = line.Rate,
        Batch = line.Batch,
        BookedAt = line.BookedAt,
        Zone = line.Zone,
    };

    /// <summary>The line, to be kept.</summary>
    public SettlementLine ToLine() => new()
    {
        Number = Number,
        Bytes = Bytes,
        Kind = Kind,
        Type = Type,
        AcquirerReference = Encoding.UTF8.GetString(AcquirerReference),
        ModificationReference = TextOf(ModificationReference),
        MerchantReference = TextOf(MerchantReference),
        Gross = Gross,
        Net = Net,
        Fees = Fees,
        Reserve = Reserve,
        Payout = Payout,
        Rate = Rate,
        Batch = Batch,
        BookedAt = BookedAt,
        Zone = Zone,
    };

    /// <inheritdoc cref="SettlementLine.FeesCharged"/>
    public Balance FeesCharged() => SettlementLine.Sum(Fees, Net.Amount.Currency);

    static string? TextOf(ReadOnlySpan<byte> reference) => reference.IsEmpty ? null : Encoding.UTF8.GetString(reference);
}
