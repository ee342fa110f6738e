using System.Text;
using Railyard.Core.Ledger;
using Railyard.Core.Tests.Architecture;

namespace Railyard.Core.Tests.Ledger;

public sealed class PostingRulesTests
{
    [Fact]
    public void The_table_of_the_readme_is_drawn_from_the_rules()
    {
        var drawn = Draw();

        Assert.Equal(Repository.Approved("posting-rules.md", drawn), drawn);
        Assert.Contains(drawn.TrimEnd(), Repository.Read("README.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_rule_has_a_name_of_its_own_and_both_sides_of_every_part()
    {
        Assert.Distinct(PostingRules.All.Select(rule => rule.Name));
        Assert.All(PostingRules.All, rule =>
        {
            Assert.Contains(rule.Legs, leg => leg.Side == Side.Debit);
            Assert.Contains(rule.Legs, leg => leg.Side == Side.Credit);
        });
    }

    [Fact]
    public void Every_rule_that_is_declared_is_in_the_table()
    {
        var declared = typeof(PostingRules).GetFields().Where(field => field.FieldType == typeof(PostingRule));

        Assert.Equal(declared.Select(field => field.GetValue(null)), PostingRules.All);
    }

    [Fact]
    public void An_amount_below_nothing_changes_sides_and_one_of_nothing_is_left_out()
    {
        var rule = PostingRules.BatchCarried;
        var book = BookId.Of(BookOwner.Of(A.Northbank), A.Moment, "1");

        var carried = rule.Post(book, "fil_1", A.Moment, new PartAmounts((Part.Amount, new Balance(-5, Amounts.Euro))), "northbank", "1");

        Assert.Equal((Side.Credit, 5.Eur()), (carried!.Postings[0].Side, carried.Postings[0].Amount));
        Assert.Null(rule.Post(book, "fil_1", A.Moment, PartAmounts.Of(0.Eur()), "northbank", "1"));
    }

    static string Draw()
    {
        var table = new StringBuilder("| rule | book | when | debit | credit |\n| --- | --- | --- | --- | --- |\n");
        foreach (var rule in PostingRules.All)
            table.Append($"| `{rule.Name}` | {rule.Book} | {rule.When} | {Of(rule, Side.Debit)} | {Of(rule, Side.Credit)} |\n");
        return table.ToString();
    }

    static string Of(PostingRule rule, Side side) => string.Join(
        ", ",
        rule.Legs.Where(leg => leg.Side == side).Select(leg => leg.Part == Part.Amount
            ? $"`{Chart.Of(leg.Kind).Code}`"
            : $"`{Chart.Of(leg.Kind).Code}` ({string.Concat(leg.Part.ToString().Select((one, place) => place > 0 && char.IsUpper(one) ? $" {char.ToLowerInvariant(one)}" : $"{char.ToLowerInvariant(one)}"))})"));
}
