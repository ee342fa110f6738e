using System.Text;

namespace Railyard.Core.Settlement.Bank;

/// <summary>Reads a file of bank statements, whatever it is called: what it is shows in how it begins.</summary>
public static class StatementReader
{
    /// <summary>A larger file is refused.</summary>
    public const int MostBytes = 64 * 1024 * 1024;

    const int LinesBeforeMt940 = 10;
    const int MostTextLines = 4_000_000;

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The file; where it is none of our formats, or broken beyond its entries, why it was refused.</summary>
    public static StatementFile Read(ReadOnlySpan<byte> content)
    {
        if (content.Length > MostBytes) return Rejected(0, new("file", $"at most {MostBytes} bytes", "more"));
        var text = Decode(content);
        var start = text.AsSpan().TrimStart();
        if (start.IsEmpty) return Rejected(1, new("file", "a bank statement", "an empty file"));
        if (start[0] == '<') return Camt053.Read(text);
        if (text.AsSpan().Count('\n') > MostTextLines) return Rejected(0, new("file", $"at most {MostTextLines} lines of text", "more"));
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        if (start.StartsWith("01,")) return Bai2.Read(lines);
        return lines.Take(LinesBeforeMt940).Any(Mt940.Begins)
            ? Mt940.Read(lines)
            : Rejected(1, new("file", "camt.053, MT940 or BAI2", StatementFields.Shown(lines[0])));
    }

    /// <summary>A refused file.</summary>
    internal static StatementFile Rejected(int line, Fault fault) => new() { Rejection = new(line, fault) };

    // UTF-8 where it is, with or without its mark; what is not is of the West's eight-bit kinds, which agree in letters.
    static string Decode(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith("\uFEFF"u8)) content = content[3..];
        try
        {
            return StrictUtf8.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(content);
        }
    }
}
