namespace Railyard.App.Tests.Settlement;

/// <summary>Settlement details reports as a test writes them.</summary>
static class Sdr
{
    public const string Header =
        "Psp Reference,Merchant Reference,Creation Date,TimeZone,Type,Modification Reference,Gross Currency,Gross Debit (GC)," +
        "Gross Credit (GC),Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),Commission (NC),Batch Number";

    public static string File(params string[] rows) => string.Join('\n', [Header, .. rows, ""]);

    public static string Settled(string psp, string modification, string amount = "10.00", string batch = "1") =>
        $"{psp},order,2026-11-24 10:00:00,UTC,Settled,{modification},EUR,,{amount},1,EUR,,{amount},,{batch}";

    public static string Payout(string amount, string batch = "1", string at = "2026-11-24 23:00:00") =>
        $",,{at},UTC,MerchantPayout,\"TX1XT batch {batch}, Railyard\",EUR,,,,EUR,{amount},,,{batch}";

    /// <summary>A real file that others wrote; it lies beside the repository and is no part of it.</summary>
    public static string Real(string name)
    {
        var path = Path.Combine(
            "shared", "samples", "adyen-sdr", $"wikimedia-wikimedia-fundraising-SmashPig__settlement_detail_report_{name}.csv");
        for (var folder = Directory.GetParent(Repository.Root); folder is not null; folder = folder.Parent)
            if (System.IO.File.Exists(Path.Combine(folder.FullName, path)))
                return System.IO.File.ReadAllText(Path.Combine(folder.FullName, path));
        Assert.Skip("../shared/samples is not beside the repository.");
        return "";
    }
}
