using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class SchemeRulesTests
{
    static readonly DateOnly Today = DateOnly.FromDateTime(A.Moment.UtcDateTime);

    /// <summary>Every row by its place in the table.</summary>
    public static TheoryData<string> Rows() => [.. SchemeRules.All.Select(Name)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_decides_from_its_first_day_to_the_day_before_it_ends_and_on_no_other(string name)
    {
        var row = SchemeRules.All.Single(one => Name(one) == name);

        Assert.Same(row, DecidesOn(row, row.From == DateOnly.MinValue ? row.Until!.Value.AddDays(-1) : row.From));
        if (row.From > DateOnly.MinValue) Assert.NotSame(row, DecidesOn(row, row.From.AddDays(-1)));
        if (row.Until is not { } until) return;
        Assert.Same(row, DecidesOn(row, until.AddDays(-1)));
        Assert.NotSame(row, DecidesOn(row, until));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void What_a_row_demands_is_what_is_decided(string name)
    {
        var row = SchemeRules.All.Single(one => Name(one) == name);
        var decided = Retry.Decide(Question(row));

        switch (row.Order)
        {
            case SchemeOrder.Never:
                var never = Assert.IsType<RetryDecision.Stop>(decided);
                Assert.False(never.MerchantMayRetry);
                // Nothing was charged before there were fees.
                Assert.Equal(row.From < new DateOnly(2021, 4, 1) && row.Until <= new DateOnly(2021, 4, 1), never.Avoided is null);
                break;
            case SchemeOrder.Pointless:
                Assert.False(Assert.IsType<RetryDecision.Stop>(decided).MerchantMayRetry);
                break;
            case SchemeOrder.NotNow when row.Wait is { } wait:
                Assert.Equal(wait, Assert.IsType<RetryDecision.Wait>(decided).For);
                break;
            case SchemeOrder.NotNow:
                Assert.True(Assert.IsType<RetryDecision.Stop>(decided).MerchantMayRetry);
                break;
            case SchemeOrder.FixDetails:
                Assert.IsType<RetryDecision.FixDetails>(decided);
                break;
            case SchemeOrder.Authenticate:
                Assert.IsType<RetryDecision.Authenticate>(decided);
                break;
            case SchemeOrder.Generic:
                Assert.IsType<RetryDecision.NextAcquirer>(decided);
                break;
        }
        if (row.Order != SchemeOrder.Generic) Assert.Contains(row.Code, decided.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void No_code_has_two_rows_on_one_day()
    {
        foreach (var rows in SchemeRules.All.GroupBy(row => (row.Scheme, row.Signal, row.Code, row.With, row.OnlyUnderSca)))
        {
            var inOrder = rows.OrderBy(row => row.From).ToList();
            Assert.All(inOrder.Zip(inOrder.Skip(1)), pair => Assert.True(pair.First.Until <= pair.Second.From, Name(pair.Second)));
        }
    }

    [Fact]
    public void Every_row_says_what_it_means_and_where_it_is_printed() =>
        Assert.All(SchemeRules.All, row =>
        {
            Assert.NotEmpty(row.Meaning);
            Assert.Matches("20[12][0-9]", row.Source);
            Assert.True(row.Until is null || row.From < row.Until, Name(row));
        });

    [Fact]
    public void Visas_categories_are_those_of_today()
    {
        Assert.Equal("04 07 12 14 15 41 43 46 57 R0 R1 R3", Visa(1));
        Assert.Equal("03 19 39 51 52 53 59 5C 61 62 65 75 78 83 86 91 93 96 9G N3 N4 Z5", Visa(2));
        Assert.Equal("1A 54 55 6P 70 82 N7", Visa(3));
    }

    [Fact]
    public void Mastercards_advice_codes_are_those_of_today() =>
        Assert.Equal(
            "01 02 03 04 21 22 24 25 26 27 28 29 30 40 41 42 43",
            string.Join(' ', InForce(CardBrand.Mastercard).Where(row => row.Signal == SchemeSignal.AdviceCode)
                .Select(row => row.Code).Distinct().Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("57", "2025-09-30", SchemeOrder.Never)]
    [InlineData("57", "2025-10-01", SchemeOrder.Generic)]
    [InlineData("57", "2026-10-24", SchemeOrder.Generic)]
    [InlineData("57", "2026-10-25", SchemeOrder.Never)]
    [InlineData("83", "2026-10-24", null)]
    [InlineData("83", "2026-10-25", SchemeOrder.NotNow)]
    [InlineData("5C", "2025-04-10", null)]
    [InlineData("5C", "2025-04-11", SchemeOrder.NotNow)]
    [InlineData("9G", "2025-04-11", SchemeOrder.NotNow)]
    [InlineData("62", "2021-04-16", SchemeOrder.Never)]
    [InlineData("62", "2021-04-17", SchemeOrder.NotNow)]
    [InlineData("14", "2021-04-16", SchemeOrder.FixDetails)]
    [InlineData("14", "2021-04-17", SchemeOrder.Never)]
    [InlineData("05", "2026-11-24", null)]
    public void A_code_means_what_it_meant_on_that_day(string code, string day, SchemeOrder? order) =>
        Assert.Equal(
            order,
            SchemeRules.For(CardBrand.Visa, new(DeclineCode.DoNotHonor, "2", null) { NetworkCode = code }, null, DateOnly.Parse(day))?.Order);

    [Fact]
    public void An_advice_is_read_together_with_the_code_it_comes_with_and_comes_before_it()
    {
        Assert.Equal(SchemeOrder.Authenticate, Mastercard("83", "01", "GB")!.Order);
        Assert.Equal(SchemeOrder.FixDetails, Mastercard("79", "01", "GB")!.Order);
        Assert.Equal(SchemeOrder.Never, Mastercard("83", "03", "GB")!.Order);
        Assert.Equal(SchemeOrder.Pointless, Mastercard("83", null, "GB")!.Order);
    }

    [Theory]
    [InlineData("DE", SchemeOrder.Authenticate)]
    [InlineData("US", null)]
    [InlineData(null, null)]
    public void Code_65_asks_for_authentication_only_where_that_is_the_law(string? country, SchemeOrder? order) =>
        Assert.Equal(order, Mastercard("65", null, country)?.Order);

    [Fact]
    public void Maestro_is_under_Mastercards_rules_and_others_under_none()
    {
        var never = new AttemptOutcome.Declined(DeclineCode.DoNotHonor, "2", null) { AdviceCode = "03" };

        Assert.NotNull(SchemeRules.For(CardBrand.Maestro, never, null, Today));
        Assert.Null(SchemeRules.For(CardBrand.Amex, never, null, Today));
        Assert.Null(SchemeRules.For(CardBrand.Visa, never, null, Today));
    }

    static SchemeRule? Mastercard(string? response, string? advice, string? country) => SchemeRules.For(
        CardBrand.Mastercard,
        new(DeclineCode.DoNotHonor, "2", null) { NetworkCode = response, AdviceCode = advice },
        country,
        Today);

    static SchemeRule? DecidesOn(SchemeRule row, DateOnly day) => SchemeRules.For(row.Scheme, Declined(row), "DE", day);

    // On its last day, where it has one: by then everything that goes with it is in force too.
    static RetryQuestion Question(SchemeRule row)
    {
        var day = row.Until?.AddDays(-1) ?? Later(row.From, Today);
        var moment = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return RetryTests.Asked(row.Scheme, Declined(row)) with { Now = moment };
    }

    static AttemptOutcome.Declined Declined(SchemeRule row) => new(DeclineCode.DoNotHonor, "2", "Refused")
    {
        NetworkCode = row.Signal == SchemeSignal.ResponseCode ? row.Code : row.With,
        AdviceCode = row.Signal == SchemeSignal.AdviceCode ? row.Code : null,
    };

    static string Visa(int category) => string.Join(
        ' ',
        InForce(CardBrand.Visa).Where(row => row.Category == category).Select(row => row.Code).Order(StringComparer.Ordinal));

    static IEnumerable<SchemeRule> InForce(CardBrand scheme) =>
        SchemeRules.All.Where(row => row.Scheme == scheme && row.IsInForce(Today));

    static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;

    static string Name(SchemeRule row) => $"{row.Scheme} {row.Signal} {row.Code} {row.With} {row.From:yyyy-MM-dd}";
}
