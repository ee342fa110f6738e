namespace Railyard.Core.Tests.Settlement;

/// <summary>
/// Damages files as disks, networks and careless hands do, by a seed: the same seed is the same damage on every machine.
/// </summary>
sealed class Mutation(ulong seed)
{
    const int MostMutations = 4;
    const int LongestHugeField = 70_000;

    static readonly byte[][] Snippets =
    [
        "\""u8.ToArray(), "\"\""u8.ToArray(), ","u8.ToArray(), ";"u8.ToArray(), "\n"u8.ToArray(), "\r\n"u8.ToArray(), "\r"u8.ToArray(), [0],
        [0xFF], [0xEF, 0xBB, 0xBF], [0xC3], "-"u8.ToArray(), "."u8.ToArray(), "99999999999999999999"u8.ToArray(), "4111111111111111"u8.ToArray(),
        "SB"u8.ToArray(), "SF"u8.ToArray(), "TRL"u8.ToArray(), "EUR"u8.ToArray(), "9"u8.ToArray(), " "u8.ToArray(), "\u00fc"u8.ToArray(),
    ];

    ulong state = unchecked(seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03);

    /// <summary>A number from 0 up to, and without, that one.</summary>
    public int Below(int bound)
    {
        state = unchecked(state * 6364136223846793005 + 1442695040888963407);
        return (int)((state >> 33) % (ulong)bound);
    }

    /// <summary>The file with some damage, or with none.</summary>
    public byte[] Of(byte[] file)
    {
        var damaged = file.ToList();
        for (var rounds = Below(MostMutations + 1); rounds > 0; rounds--) Damage(damaged);
        return [.. damaged];
    }

    void Damage(List<byte> file)
    {
        if (file.Count == 0) return;
        switch (Below(9))
        {
            case 0: file[Below(file.Count)] = (byte)Below(256); break;
            case 1: file.RemoveRange(Below(file.Count), 1); break;
            case 2: file.InsertRange(Below(file.Count), Snippets[Below(Snippets.Length)]); break;
            case 3: Truncate(file); break;
            case 4: RemoveLine(file); break;
            case 5: RepeatLine(file); break;
            case 6: CutOut(file); break;
            case 7: file.InsertRange(Below(file.Count), Enumerable.Repeat((byte)('0' + Below(10)), 1 + Below(Below(10) == 0 ? LongestHugeField : 40))); break;
            default: file[Below(file.Count)] = Snippets[Below(Snippets.Length)][0]; break;
        }
    }

    void Truncate(List<byte> file)
    {
        var kept = Below(file.Count);
        file.RemoveRange(kept, file.Count - kept);
    }

    void RemoveLine(List<byte> file)
    {
        var (start, end) = Line(file);
        file.RemoveRange(start, end - start);
    }

    void RepeatLine(List<byte> file)
    {
        var (start, end) = Line(file);
        file.InsertRange(end, file.GetRange(start, end - start));
    }

    void CutOut(List<byte> file)
    {
        var start = Below(file.Count);
        file.RemoveRange(start, Below(Math.Min(200, file.Count - start) + 1));
    }

    (int Start, int End) Line(List<byte> file)
    {
        var place = Below(file.Count);
        var start = file.LastIndexOf((byte)'\n', place) + 1;
        var end = file.IndexOf((byte)'\n', place);
        return start > place ? (place, place + 1) : (start, end < 0 ? file.Count : end + 1);
    }
}
