using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Railyard.Core.Acquiring.Iso8583;

/// <summary>
/// What names a transaction: its system trace audit number (DE 11), its retrieval reference number (DE 37) and when it
/// was first sent (DE 7, 12 and 13). All of it follows from an id of ours and a time that was written down, so that a
/// repeat is the same message. The usual reference (a date, an hour and six digits) would name two transactions alike
/// every thousand or so that fall into an hour; twelve letters and digits drawn from a hash do not.
/// </summary>
public sealed record IsoTrace(string Stan, string Reference, DateTimeOffset At)
{
    const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const int ReferenceLength = 12;
    const ulong HighestStan = 999_999;

    /// <summary>DE 7: MMDDhhmmss in UTC.</summary>
    public string TransmissionTime => TransmissionTimeOf(At);

    /// <summary>DE 12: hhmmss. Where we are is UTC.</summary>
    public string LocalTime => Text("HHmmss");

    /// <summary>DE 13: MMDD.</summary>
    public string LocalDate => Text("MMdd");

    /// <summary>That of an id, which is an attempt's or an operation's.</summary>
    public static IsoTrace Of(string id, DateTimeOffset at)
    {
        var drawn = SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan();
        return new(StanFrom(drawn), ReferenceFrom(drawn[sizeof(ulong)..]), at.ToUniversalTime());
    }

    /// <summary>That of a capture, refund or void, whose id says when it was asked for where it is a UUIDv7.</summary>
    public static IsoTrace OfOperation(string id, DateTimeOffset originalAt) => Of(id, TimeIn(id) ?? originalAt);

    /// <summary>DE 7 of a message that is sent then.</summary>
    public static string TransmissionTimeOf(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("MMddHHmmss", CultureInfo.InvariantCulture);

    /// <summary>That of what undoes it: the same transaction (DE 37), by another message (DE 11).</summary>
    public IsoTrace Undone() => this with { Stan = Of($"undo {Reference}", At).Stan };

    static DateTimeOffset? TimeIn(string id) =>
        Guid.TryParseExact(id.AsSpan(id.IndexOf('_', StringComparison.Ordinal) + 1), "N", out var uuid) && uuid.Version == 7
            ? DateTimeOffset.FromUnixTimeMilliseconds(
                long.Parse(uuid.ToString("N").AsSpan(0, 12), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            : null;

    // Zero is no trace number.
    static string StanFrom(ReadOnlySpan<byte> drawn) =>
        $"{BinaryPrimitives.ReadUInt64BigEndian(drawn) % HighestStan + 1:000000}";

    static string ReferenceFrom(ReadOnlySpan<byte> drawn)
    {
        var rest = BinaryPrimitives.ReadUInt128BigEndian(drawn);
        var text = new char[ReferenceLength];
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = Alphabet[(int)(rest % (uint)Alphabet.Length)];
            rest /= (uint)Alphabet.Length;
        }
        return new string(text);
    }

    string Text(string format) => At.ToString(format, CultureInfo.InvariantCulture);
}
