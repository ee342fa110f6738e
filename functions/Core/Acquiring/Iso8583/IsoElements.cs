namespace Railyard.Core.Acquiring.Iso8583;

/// <summary>What a data element may consist of.</summary>
public enum IsoKind
{
    /// <summary>Digits.</summary>
    N,

    /// <summary>C (credit) or D (debit), then digits.</summary>
    Xn,

    /// <summary>Letters, digits and spaces.</summary>
    An,

    /// <summary>Digits, spaces and punctuation.</summary>
    Ns,

    /// <summary>Anything printable in ASCII.</summary>
    Ans,

    /// <summary>A magnetic stripe's track: digits and the separator =.</summary>
    Z,

    /// <summary>Bytes; written as capital hexadecimal digits where a value is text.</summary>
    B,
}

/// <summary>How a data element says how long it is.</summary>
public enum IsoLength
{
    /// <summary>Not at all: it always is as long.</summary>
    Fixed,

    /// <summary>By two digits before it.</summary>
    LL,

    /// <summary>By three digits before it.</summary>
    LLL,
}

/// <summary>A data element; <paramref name="Most"/> counts digits, characters or, of bytes, bytes.</summary>
public sealed record IsoElement(int Number, string Name, IsoKind Kind, IsoLength Length, int Most)
{
    /// <summary>How many characters a value of so much has.</summary>
    public int CharactersOf(int count) => Kind switch
    {
        IsoKind.B => 2 * count,
        // The sign is not counted: "x + n 8".
        IsoKind.Xn => count + 1,
        IsoKind.N or IsoKind.An or IsoKind.Ns or IsoKind.Ans or IsoKind.Z => count,
    };

    /// <summary>Whether a value may stand here.</summary>
    public bool Takes(string value)
    {
        if (value.Length > CharactersOf(Most)) return false;
        if (Length == IsoLength.Fixed && value.Length != CharactersOf(Most)) return false;
        return Kind switch
        {
            IsoKind.B => value.Length % 2 == 0 && value.All(char.IsAsciiHexDigitUpper),
            IsoKind.Xn => value[0] is 'C' or 'D' && value.Skip(1).All(char.IsAsciiDigit),
            IsoKind.N or IsoKind.An or IsoKind.Ns or IsoKind.Ans or IsoKind.Z => value.All(TakesCharacter),
        };
    }

    /// <summary>Whether a character may stand in a value of this kind, wherever in it.</summary>
    public bool TakesCharacter(char one) => Kind switch
    {
        IsoKind.N or IsoKind.Xn => char.IsAsciiDigit(one),
        IsoKind.An => char.IsAsciiLetterOrDigit(one) || one == ' ',
        IsoKind.Ns => one is >= ' ' and <= '~' && !char.IsAsciiLetter(one),
        IsoKind.Ans => one is >= ' ' and <= '~',
        IsoKind.Z => char.IsAsciiDigit(one) || one == '=',
        IsoKind.B => char.IsAsciiHexDigitUpper(one),
    };
}

/// <summary>
/// The 128 data elements of ISO 8583:1987. DE 49 to 51 are numeric here (the standard leaves "a or n"), and DE 55,
/// which it reserves, holds a chip's bytes, as it does wherever chips are read.
/// </summary>
public static class IsoElements
{
    /// <summary>The number of the last.</summary>
    public const int Last = 128;

    /// <summary>The element that says that there is a secondary bitmap.</summary>
    public const int SecondaryBitmap = 1;

    // It would announce a third bitmap, for which the standard of 1987 has no elements.
    const int ExtendedBitmap = 65;

    static readonly HashSet<int> Hidden = [2, 14, 34, 35, 36, 45, 48, 52, 55];

    /// <summary>All of them, in order; the first has the number 1.</summary>
    public static IReadOnlyList<IsoElement> All { get; } =
    [
        Fixed(1, "Bitmap, secondary", IsoKind.B, 8),
        Variable(2, "Primary account number", IsoKind.N, IsoLength.LL, 19),
        Fixed(3, "Processing code", IsoKind.N, 6),
        Fixed(4, "Amount, transaction", IsoKind.N, 12),
        Fixed(5, "Amount, settlement", IsoKind.N, 12),
        Fixed(6, "Amount, cardholder billing", IsoKind.N, 12),
        Fixed(7, "Transmission date and time", IsoKind.N, 10),
        Fixed(8, "Amount, cardholder billing fee", IsoKind.N, 8),
        Fixed(9, "Conversion rate, settlement", IsoKind.N, 8),
        Fixed(10, "Conversion rate, cardholder billing", IsoKind.N, 8),
        Fixed(11, "System trace audit number", IsoKind.N, 6),
        Fixed(12, "Time, local transaction", IsoKind.N, 6),
        Fixed(13, "Date, local transaction", IsoKind.N, 4),
        Fixed(14, "Date, expiration", IsoKind.N, 4),
        Fixed(15, "Date, settlement", IsoKind.N, 4),
        Fixed(16, "Date, conversion", IsoKind.N, 4),
        Fixed(17, "Date, capture", IsoKind.N, 4),
        Fixed(18, "Merchant's type", IsoKind.N, 4),
        Fixed(19, "Country code, acquiring institution", IsoKind.N, 3),
        Fixed(20, "Country code, primary account number extended", IsoKind.N, 3),
        Fixed(21, "Country code, forwarding institution", IsoKind.N, 3),
        Fixed(22, "Point of service entry mode", IsoKind.N, 3),
        Fixed(23, "Card sequence number", IsoKind.N, 3),
        Fixed(24, "Network international identifier", IsoKind.N, 3),
        Fixed(25, "Point of service condition code", IsoKind.N, 2),
        Fixed(26, "Point of service capture code", IsoKind.N, 2),
        Fixed(27, "Authorization identification response length", IsoKind.N, 1),
        Fixed(28, "Amount, transaction fee", IsoKind.Xn, 8),
        Fixed(29, "Amount, settlement fee", IsoKind.Xn, 8),
        Fixed(30, "Amount, transaction processing fee", IsoKind.Xn, 8),
        Fixed(31, "Amount, settlement processing fee", IsoKind.Xn, 8),
        Variable(32, "Acquiring institution identification code", IsoKind.N, IsoLength.LL, 11),
        Variable(33, "Forwarding institution identification code", IsoKind.N, IsoLength.LL, 11),
        Variable(34, "Primary account number, extended", IsoKind.Ns, IsoLength.LL, 28),
        Variable(35, "Track 2", IsoKind.Z, IsoLength.LL, 37),
        Variable(36, "Track 3", IsoKind.Z, IsoLength.LLL, 104),
        Fixed(37, "Retrieval reference number", IsoKind.An, 12),
        Fixed(38, "Authorization identification response", IsoKind.An, 6),
        Fixed(39, "Response code", IsoKind.An, 2),
        Fixed(40, "Service restriction code", IsoKind.An, 3),
        Fixed(41, "Card acceptor terminal identification", IsoKind.Ans, 8),
        Fixed(42, "Card acceptor identification code", IsoKind.Ans, 15),
        Fixed(43, "Card acceptor name and location", IsoKind.Ans, 40),
        Variable(44, "Additional response data", IsoKind.Ans, IsoLength.LL, 25),
        Variable(45, "Track 1", IsoKind.Ans, IsoLength.LL, 76),
        Variable(46, "Additional data, ISO", IsoKind.Ans, IsoLength.LLL, 999),
        Variable(47, "Additional data, national", IsoKind.Ans, IsoLength.LLL, 999),
        Variable(48, "Additional data, private", IsoKind.Ans, IsoLength.LLL, 999),
        Fixed(49, "Currency code, transaction", IsoKind.N, 3),
        Fixed(50, "Currency code, settlement", IsoKind.N, 3),
        Fixed(51, "Currency code, cardholder billing", IsoKind.N, 3),
        Fixed(52, "Personal identification number", IsoKind.B, 8),
        Fixed(53, "Security related control information", IsoKind.N, 16),
        Variable(54, "Additional amounts", IsoKind.An, IsoLength.LLL, 120),
        Variable(55, "Chip", IsoKind.B, IsoLength.LLL, 255),
        .. Reserved(56, 57, "Reserved, ISO"),
        .. Reserved(58, 59, "Reserved, national"),
        .. Reserved(60, 63, "Reserved, private"),
        Fixed(64, "Message authentication code", IsoKind.B, 8),
        Fixed(65, "Bitmap, extended", IsoKind.B, 1),
        Fixed(66, "Settlement code", IsoKind.N, 1),
        Fixed(67, "Extended payment code", IsoKind.N, 2),
        Fixed(68, "Country code, receiving institution", IsoKind.N, 3),
        Fixed(69, "Country code, settlement institution", IsoKind.N, 3),
        Fixed(70, "Network management information code", IsoKind.N, 3),
        Fixed(71, "Message number", IsoKind.N, 4),
        Fixed(72, "Message number, last", IsoKind.N, 4),
        Fixed(73, "Date, action", IsoKind.N, 6),
        Fixed(74, "Credits, number", IsoKind.N, 10),
        Fixed(75, "Credits, reversal number", IsoKind.N, 10),
        Fixed(76, "Debits, number", IsoKind.N, 10),
        Fixed(77, "Debits, reversal number", IsoKind.N, 10),
        Fixed(78, "Transfers, number", IsoKind.N, 10),
        Fixed(79, "Transfers, reversal number", IsoKind.N, 10),
        Fixed(80, "Inquiries, number", IsoKind.N, 10),
        Fixed(81, "Authorizations, number", IsoKind.N, 10),
        Fixed(82, "Credits, processing fee amount", IsoKind.N, 12),
        Fixed(83, "Credits, transaction fee amount", IsoKind.N, 12),
        Fixed(84, "Debits, processing fee amount", IsoKind.N, 12),
        Fixed(85, "Debits, transaction fee amount", IsoKind.N, 12),
        Fixed(86, "Credits, amount", IsoKind.N, 16),
        Fixed(87, "Credits, reversal amount", IsoKind.N, 16),
        Fixed(88, "Debits, amount", IsoKind.N, 16),
        Fixed(89, "Debits, reversal amount", IsoKind.N, 16),
        Fixed(90, "Original data elements", IsoKind.N, 42),
        Fixed(91, "File update code", IsoKind.An, 1),
        Fixed(92, "File security code", IsoKind.An, 2),
        Fixed(93, "Response indicator", IsoKind.An, 5),
        Fixed(94, "Service indicator", IsoKind.An, 7),
        Fixed(95, "Replacement amounts", IsoKind.An, 42),
        Fixed(96, "Message security code", IsoKind.B, 8),
        Fixed(97, "Amount, net settlement", IsoKind.Xn, 16),
        Fixed(98, "Payee", IsoKind.Ans, 25),
        Variable(99, "Settlement institution identification code", IsoKind.N, IsoLength.LL, 11),
        Variable(100, "Receiving institution identification code", IsoKind.N, IsoLength.LL, 11),
        Variable(101, "File name", IsoKind.Ans, IsoLength.LL, 17),
        Variable(102, "Account identification 1", IsoKind.Ans, IsoLength.LL, 28),
        Variable(103, "Account identification 2", IsoKind.Ans, IsoLength.LL, 28),
        Variable(104, "Transaction description", IsoKind.Ans, IsoLength.LLL, 100),
        .. Reserved(105, 111, "Reserved, ISO"),
        .. Reserved(112, 119, "Reserved, national"),
        .. Reserved(120, 127, "Reserved, private"),
        Fixed(128, "Message authentication code", IsoKind.B, 8),
    ];

    /// <summary>The element that a message may hold under that number, or null.</summary>
    public static IsoElement? Find(int number) =>
        number is > SecondaryBitmap and <= Last && number != ExtendedBitmap ? All[number - 1] : null;

    /// <summary>Whether a value is of the cardholder's, or a secret, and may be shown nowhere.</summary>
    public static bool IsHidden(int number) => Hidden.Contains(number);

    static IsoElement Fixed(int number, string name, IsoKind kind, int length) =>
        new(number, name, kind, IsoLength.Fixed, length);

    static IsoElement Variable(int number, string name, IsoKind kind, IsoLength length, int most) =>
        new(number, name, kind, length, most);

    static IEnumerable<IsoElement> Reserved(int first, int last, string name) =>
        Enumerable.Range(first, last - first + 1)
            .Select(number => Variable(number, name, IsoKind.Ans, IsoLength.LLL, 999));
}
