using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;

namespace Railyard.Core.Tests.Reconciliation.Bank;

/// <summary>A bank account in a test: what is expected there, and the joins that change it.</summary>
sealed class BankBook
{
    public static readonly DateOnly Monday = new(2026, 11, 23);
    public static readonly FileId File = new("fil_bank");
    public static readonly BankAccountName Main = new("main");

    static readonly IReadOnlyList<KnownAcquirer> Acquirers =
        [new(A.Northbank, ["northbank", "RailyardNorth"]), new(A.Southbank, ["southbank"])];

    readonly Dictionary<ExpectationId, BankExpectation> expectations = [];

    public BankBook(params BankExpectation[] expected)
    {
        foreach (var one in expected) expectations.TryAdd(one.Id, one);
    }

    public IEnumerable<BankExpectation> Expectations => expectations.Values;

    public BankExpectation this[BankExpectation expected] => expectations[expected.Id];

    public BankBook With(BankExpectation expected)
    {
        expectations.TryAdd(expected.Id, expected);
        return this;
    }

    /// <summary>Joins lines and keeps what became of the expectations.</summary>
    public BankOutcome Join(IEnumerable<PlacedLine> lines, int today = 0)
    {
        var outcome = BankJoin.Join(Monday.AddDays(today), Acquirers, lines, expectations.Values);
        foreach (var changed in outcome.Changed) expectations[changed.Id] = changed;
        return outcome;
    }

    public static BankExpectation Payout(
        string batch, int cents, string? reference = "", AcquirerName? of = null, string currency = "EUR", int day = 0) =>
        BankExpectation.OfBatch(
            new FileId("fil_settled"), of ?? A.Northbank, Main,
            new BatchPayout(
                batch,
                new(new(cents, Currency.Of(currency)), Direction.Credit),
                reference == "" ? $"TX10{batch}XT batch {batch}, RailyardNorth" : reference,
                new DateTimeOffset(Monday.AddDays(day), new TimeOnly(9, 0), TimeSpan.Zero)),
            nth: 1,
            BankDays.After(Monday.AddDays(day), 3));

    public static BankExpectation ToMerchant(string payout, int cents) => BankExpectation.OfMerchantPayout(
        Main, new MerchantId("mer_1"), payout, cents.Eur(), $"E2E-{payout}", Monday, BankDays.After(Monday, 3));

    public static PlacedLine Line(
        int number, int cents, string text, int day = 1, Direction direction = Direction.Credit, string? endToEnd = null,
        bool isReturn = false, EntryStatus status = EntryStatus.Booked, string currency = "EUR", FileId? file = null) =>
        new(file ?? File, new BankLine
        {
            Number = number,
            Statement = 1,
            Entry = number,
            Detail = 1,
            Details = 1,
            FileLine = number,
            Amount = new(new(cents, Currency.Of(currency)), direction),
            IsReturn = isReturn,
            Status = status,
            BookedOn = Monday.AddDays(day),
            ValueOn = Monday.AddDays(day),
            EndToEndId = endToEnd,
            Text = text,
        });
}
