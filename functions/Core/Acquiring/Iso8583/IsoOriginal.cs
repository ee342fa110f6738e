namespace Railyard.Core.Acquiring.Iso8583;

/// <summary>
/// DE 90: which message this one follows, by type (4 digits), trace number (6), transmission time (10), acquiring
/// institution (11) and forwarding institution (11, zeros where there is none).
/// </summary>
public sealed record IsoOriginal(MessageType Type, string Stan, string TransmissionTime, string Institution)
{
    const int Length = 42;
    const int InstitutionLength = 11;

    /// <summary>The digits.</summary>
    public string Write() =>
        $"{Type}{Stan}{TransmissionTime}{Institution.PadLeft(InstitutionLength, '0')}{new string('0', InstitutionLength)}";

    /// <summary>What the digits say, or null where they say nothing.</summary>
    public static IsoOriginal? Read(string? digits)
    {
        if (digits is not { Length: Length } || MessageType.Find(digits[..4]) is not { } type) return null;
        return new(type, digits[4..10], digits[10..20], digits[20..31]);
    }
}
