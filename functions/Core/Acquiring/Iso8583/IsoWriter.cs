using System.Buffers;
using System.Text;

namespace Railyard.Core.Acquiring.Iso8583;

/// <summary>Writes the parts of a message, which fit their elements, one after the other.</summary>
sealed class IsoWriter(IsoDialect dialect)
{
    readonly ArrayBufferWriter<byte> written = new();

    public byte[] Written => written.WrittenSpan.ToArray();

    public void Element(IsoElement element, string value)
    {
        var count = element.Kind == IsoKind.B ? value.Length / 2 : value.Length;
        if (element.Length != IsoLength.Fixed) Digits(element.Length == IsoLength.LL ? $"{count:00}" : $"{count:000}");
        switch (element.Kind)
        {
            case IsoKind.N or IsoKind.Z:
                Digits(value);
                return;
            case IsoKind.Xn:
                Text(value[..1]);
                Digits(value[1..]);
                return;
            case IsoKind.B:
                Bytes(Convert.FromHexString(value));
                return;
            case IsoKind.An or IsoKind.Ns or IsoKind.Ans:
                Text(value);
                return;
        }
    }

    public void Digits(string digits)
    {
        if (dialect.Digits == IsoDigits.Ascii) Text(digits);
        else written.Write(Convert.FromHexString(Even(digits).Replace('=', 'D')));
    }

    public void Bytes(byte[] bytes)
    {
        if (dialect.Bytes == IsoBytes.Raw) written.Write(bytes);
        else Text(Convert.ToHexString(bytes));
    }

    void Text(string text) => written.Write(Encoding.ASCII.GetBytes(text));

    static string Even(string digits) => digits.Length % 2 == 0 ? digits : $"0{digits}";
}
