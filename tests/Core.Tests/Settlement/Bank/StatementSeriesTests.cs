using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;

namespace Railyard.Core.Tests.Settlement.Bank;

public sealed class StatementSeriesTests
{
    [Fact]
    public void The_next_statement_begins_where_the_last_one_ended() =>
        Assert.Empty(StatementSeries.Check(Statement(7, 24, 0, 100), Statement(8, 25, 100, 300)));

    [Fact]
    public void A_gap_in_the_numbers_and_in_the_balance_are_two_findings()
    {
        var findings = StatementSeries.Check(Statement(7, 24, 0, 100), Statement(9, 25, 200, 300)).ToList();

        Assert.Equal([StatementRule.Opening, StatementRule.Sequence], findings.Select(one => one.Rule));
        Assert.Equal(("100 EUR", "200 EUR"), (findings[0].Expected, findings[0].Found));
        Assert.Equal(("8", "9 page 1"), (findings[1].Expected, findings[1].Found));
    }

    [Fact]
    public void Numbers_may_begin_anew_with_the_year()
    {
        var last = Statement(366, 24, 0, 100) with { Closing = new(new(100, Amounts.Euro), new(2026, 12, 31), false) };
        var first = Statement(1, 25, 100, 300) with { Closing = new(new(300, Amounts.Euro), new(2027, 1, 2), false) };

        Assert.Empty(StatementSeries.Check(last, first));
    }

    [Fact]
    public void Without_numbers_two_statements_of_a_day_are_not_held_against_each_other() =>
        Assert.Empty(StatementSeries.Check(Statement(null, 24, 0, 100), Statement(null, 24, 500, 600)));

    [Fact]
    public void The_one_before_is_the_latest_of_the_same_account()
    {
        var statement = Statement(9, 26, 0, 0);
        var other = Statement(8, 25, 0, 0) with { Account = "NL2" };

        var before = StatementSeries.Before(statement, [other, Statement(6, 23, 0, 0), Statement(7, 24, 0, 0), Statement(10, 27, 0, 0)]);

        Assert.Equal(7, before!.Sequence);
    }

    [Fact]
    public void The_same_statement_sent_again_is_the_same_and_another_amount_makes_another()
    {
        var statement = Statement(7, 24, 0, 100);

        Assert.Equal(StatementSeries.IdentityOf(statement), StatementSeries.IdentityOf(statement with { Number = 5, FileLine = 99 }));
        Assert.NotEqual(StatementSeries.IdentityOf(statement), StatementSeries.IdentityOf(statement with { Booked = 99 }));
    }

    static BankStatement Statement(long? number, int day, long opening, long closing) => new()
    {
        Number = 1,
        Account = "NL1",
        Currency = Amounts.Euro,
        Id = "S",
        Sequence = number,
        Page = 1,
        Opening = new(new(opening, Amounts.Euro), new(2026, 11, day), false),
        Closing = new(new(closing, Amounts.Euro), new(2026, 11, day), false),
        FileLine = 1,
        Entries = 1,
        Booked = closing - opening,
        Control = ControlStatus.Balanced,
    };
}
