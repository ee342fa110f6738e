using Railyard.Core.Reconciliation;
using static Railyard.Core.Tests.Reconciliation.Desk;

namespace Railyard.Core.Tests.Reconciliation;

public sealed class SeenFeesTests
{
    [Fact]
    public void What_agrees_was_charged_as_expected_and_what_differs_as_the_file_says()
    {
        var outcome = Join(
            [Line(2, "P1", fee: 10), Line(3, "P2", fee: 14), Line(4, "P3")],
            [Expected("P1", fee: 10), Expected("P2", fee: 10), Expected("P3")]);

        var (currency, seen) = Assert.Single(SeenFees.In(outcome, A.Moment));

        Assert.Equal(Amounts.Euro, currency);
        Assert.Equal((20, 24, 2), (seen.Expected, seen.Charged, seen.Lines));
    }

    [Fact]
    public void A_file_that_is_read_again_says_nothing_new()
    {
        var books = Books.Empty.With(Expected("P1", fee: 10), Expected("P2", fee: 10));
        var lines = new[] { Line(2, "P1", fee: 10), Line(3, "P2", fee: 14) };
        var again = books.After(books.Join(lines)).Join(lines);

        Assert.Empty(SeenFees.In(again, A.Moment));
    }

    [Fact]
    public void A_line_whose_amount_differs_says_nothing_of_fees() =>
        Assert.Empty(SeenFees.In(Join([Line(2, cents: 11_00, fee: 14)], [Expected(fee: 10)]), A.Moment));
}
