using System.Runtime.InteropServices;

namespace Railyard.Core.Settlement;

/// <summary>A rate as it is printed: its digits, and how many of them are decimals.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ExchangeRate(long Digits, int Decimals)
{
    const int MostDigits = 15;

    /// <summary>One for one.</summary>
    public static readonly ExchangeRate One = new(1, 0);

    /// <summary>The rate, decimals without their trailing zeros; null where it is none.</summary>
    public static ExchangeRate? Read(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'1']) return One;
        var point = text.IndexOf((byte)'.');
        if (point == 0 || point == text.Length - 1) return null;
        if (point > 0) text = text.TrimEnd((byte)'0');
        var decimals = point < 0 ? 0 : text.Length - point - 1;
        if (text.Length - (point < 0 ? 0 : 1) > MostDigits) return null;

        long digits = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (i == point) continue;
            if (text[i] is < (byte)'0' or > (byte)'9') return null;
            digits = digits * 10 + (text[i] - '0');
        }
        return digits == 0 ? null : new ExchangeRate(digits, decimals);
    }
}
