namespace Railyard.Core.Acquiring.Iso8583;

/// <summary>
/// A message type: four digits that say version (0: 1987), class (1 authorisation, 2 financial, 4 reversal, 8 network
/// management), function (0 request, 1 its response, 2 advice, 3 its response) and origin (1: the acquirer repeats it).
/// </summary>
public readonly record struct MessageType
{
    /// <summary>How many digits it has.</summary>
    public const int Length = 4;

    readonly string digits;

    MessageType(string digits) => this.digits = digits;

    /// <summary>May this be charged?</summary>
    public static MessageType AuthorisationRequest { get; } = new("0100");

    /// <summary>A purchase or a refund is to be booked.</summary>
    public static MessageType FinancialRequest { get; } = new("0200");

    /// <summary>A purchase that was authorised before is to be booked.</summary>
    public static MessageType FinancialAdvice { get; } = new("0220");

    /// <summary>What was authorised is to be released.</summary>
    public static MessageType ReversalRequest { get; } = new("0400");

    /// <summary>What may have been authorised is undone, and it is not asked whether it may.</summary>
    public static MessageType ReversalAdvice { get; } = new("0420");

    /// <summary>Sign-on, sign-off, echo.</summary>
    public static MessageType NetworkManagementRequest { get; } = new("0800");

    /// <summary>1 authorisation, 2 financial, 4 reversal, 8 network management.</summary>
    public char Class => Digits[1];

    /// <summary>Whether it answers another.</summary>
    public bool IsResponse => (Function - '0') % 2 == 1;

    /// <summary>Whether it is sent again by whoever sent it first.</summary>
    public bool IsRepeat => Origin is '1' or '3' or '5';

    /// <summary>The type of the response to it.</summary>
    public MessageType Response => new($"0{Class}{(char)(Function + 1)}0");

    /// <summary>The same, sent again.</summary>
    public MessageType Repeated => IsRepeat ? this : new($"0{Class}{Function}{(char)(Origin + 1)}");

    /// <summary>The same, sent for the first time.</summary>
    public MessageType First => IsRepeat ? new($"0{Class}{Function}{(char)(Origin - 1)}") : this;

    char Function => Digits[2];

    char Origin => Digits[3];

    string Digits => digits ?? throw new InvariantBroken("A message type was used before it was set.");

    /// <summary>The message type of four digits, or null where they are none of the version of 1987.</summary>
    public static MessageType? Find(string digits) =>
        digits is ['0', >= '1' and <= '8', >= '0' and <= '9', >= '0' and <= '5'] ? new(digits) : null;

    /// <inheritdoc/>
    public override string ToString() => Digits;
}
