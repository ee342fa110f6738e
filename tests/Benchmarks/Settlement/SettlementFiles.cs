using System.Text;

namespace Railyard.Benchmarks.Settlement;

/// <summary>What a full outer join of lines and expectations comes to.</summary>
sealed record JoinCounts(int Matched, int Differing, int MissingHere, int MissingAtAcquirer);

/// <summary>
/// A settlement file in Adyen's form and the expectations that it settles, as two CSV files. In a hundred lines one has
/// another amount; in a thousand one is unknown here, and one expectation has no line. The lines come in an order of their
/// own, as an acquirer's do.
/// </summary>
sealed class SettlementFiles(string folder, int lines)
{
    const int EveryDiffering = 100;
    const int EveryUnmatched = 1_000;
    const int BufferBytes = 1024 * 1024;

    // Prime to any power of ten, so that every number comes once, and far from the one before.
    const long Stride = 618_033_989;

    const string Header =
        "Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date,TimeZone,Type,"
        + "Modification Reference,Gross Currency,Gross Debit (GC),Gross Credit (GC),Exchange Rate,Net Currency,Net Debit (NC),"
        + "Net Credit (NC),Commission (NC),Batch Number";

    /// <summary>The settlement file.</summary>
    public string Settlement => Path.Combine(folder, "settlement.csv");

    /// <summary>The file of expectations.</summary>
    public string Expected => Path.Combine(folder, "expected.csv");

    /// <summary>What joining them must come to.</summary>
    public JoinCounts Counts { get; private set; } = new(0, 0, 0, 0);

    /// <summary>How large they are together.</summary>
    public long Bytes => new FileInfo(Settlement).Length + new FileInfo(Expected).Length;

    /// <summary>Writes both.</summary>
    public void Write()
    {
        using (var file = Open(Settlement))
        {
            file.WriteLine(Header);
            for (var i = 0; i < lines; i++) file.WriteLine(Line((int)(i * Stride % lines)));
            file.WriteLine($"Railyard,RailyardNorth,,,,2026-11-24 23:00:00,UTC,MerchantPayout,TX1XT batch 1,EUR,,,1,EUR,{Total()},,,1");
        }
        using (var file = Open(Expected))
        {
            file.WriteLine("reference,modification,kind,amount,currency,merchant,payment,operation,booked_at");
            for (var number = 0; number < lines; number++) file.WriteLine(Expectation(number));
        }
        Counts = new(
            lines - lines / EveryDiffering, lines / EveryDiffering - lines / EveryUnmatched,
            lines / EveryUnmatched, lines / EveryUnmatched);
    }

    /// <summary>The amount of a line in cents.</summary>
    public static int CentsOf(int number) => 20_00 + number % 9_000;

    /// <summary>The reference that the acquirer gives a payment.</summary>
    public static string ReferenceOf(int number) => IsUnmatched(number) ? $"Q{number:d15}" : $"P{number:d15}";

    /// <summary>What is expected of it, in cents.</summary>
    public static int ExpectedCentsOf(int number) => CentsOf(number) + (number % EveryDiffering == 0 ? 1 : 0);

    static bool IsUnmatched(int number) => number % EveryUnmatched == 0;

    static string Line(int number)
    {
        var amount = MajorUnits(CentsOf(number));
        return $"Railyard,RailyardNorth,P{number:d15},order-{number},visa,2026-11-24 10:{number / 60 % 60:d2}:{number % 60:d2},UTC,"
            + $"Settled,M{number:d15},EUR,,{amount},1,EUR,,{amount},,1";
    }

    static string Expectation(int number) =>
        $"{ReferenceOf(number)},M{number:d15},payment,{ExpectedCentsOf(number)},EUR,mer_1,pay_{number:d32},cap_{number:d32},2026-11-24T10:00:00Z";

    string Total() => MajorUnits(Enumerable.Range(0, lines).Sum(number => (long)CentsOf(number)));

    static string MajorUnits(long cents) => $"{cents / 100}.{cents % 100:d2}";

    static StreamWriter Open(string path) => new(path, append: false, new UTF8Encoding(false), BufferBytes) { NewLine = "\n" };
}
