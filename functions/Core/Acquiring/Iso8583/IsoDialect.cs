namespace Railyard.Core.Acquiring.Iso8583;

/// <summary>How digits are written: the message type, numbers, lengths and tracks.</summary>
public enum IsoDigits
{
    /// <summary>One to a byte, as ASCII.</summary>
    Ascii,

    /// <summary>Two to a byte; an odd number of them has a zero before it, and a track's = is a D.</summary>
    Bcd,
}

/// <summary>How bytes are written: bitmaps, PINs, chips and authentication codes.</summary>
public enum IsoBytes
{
    /// <summary>Two hexadecimal digits each, as ASCII; a length before them counts bytes all the same.</summary>
    Hex,

    /// <summary>As they are.</summary>
    Raw,
}

/// <summary>How an acquirer writes its messages; text is ASCII in each.</summary>
public sealed record IsoDialect(string Name, IsoDigits Digits, IsoBytes Bytes)
{
    /// <summary>Everything can be read by eye.</summary>
    public static IsoDialect Ascii { get; } = new("ascii", IsoDigits.Ascii, IsoBytes.Hex);

    /// <summary>Everything is as short as can be.</summary>
    public static IsoDialect Binary { get; } = new("binary", IsoDigits.Bcd, IsoBytes.Raw);

    /// <summary>The dialect of that name, or null.</summary>
    public static IsoDialect? Find(string name) => name switch
    {
        "ascii" => Ascii,
        "binary" => Binary,
        _ => null,
    };
}
