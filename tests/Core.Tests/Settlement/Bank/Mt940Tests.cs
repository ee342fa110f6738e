using System.Text;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;
using static Railyard.Core.Tests.Settlement.Bank.Statements;

namespace Railyard.Core.Tests.Settlement.Bank;

public sealed class Mt940Tests
{
    [Theory]
    [InlineData("C6800,", Direction.Credit, 6800_00, false)]
    [InlineData("D620,3", Direction.Debit, 620_30, false)]
    [InlineData("RC1,00", Direction.Debit, 1_00, true)]
    [InlineData("RD1,00", Direction.Credit, 1_00, true)]
    [InlineData("CR3000,", Direction.Credit, 3000_00, false)]
    public void The_mark_says_which_way_and_R_turns_it_round(string written, Direction direction, int cents, bool isReversal)
    {
        var line = Assert.Single(Read(Swift("C261124EUR0,00", "C261125EUR0,00", $":61:2611251125{written}NTRFREF1//B1")).Lines);

        Assert.Equal((new Movement(cents.Eur(), direction), isReversal), (line.Amount, line.IsReturn));
        Assert.Equal(("NTRF", "B1", "REF1"), (line.TransactionCode, line.BankReference, line.Text));
    }

    [Fact]
    public void What_is_expected_only_does_not_count()
    {
        var file = Read(Swift("C261124EUR1,00", "C261125EUR1,00", ":61:261125EC5,00NTRFNONREF"));

        Assert.Equal(EntryStatus.Pending, Assert.Single(file.Lines).Status);
        Assert.Equal(ControlStatus.Balanced, Assert.Single(file.Statements).Control);
    }

    [Theory]
    [InlineData("2601021231", "2025-12-31")]
    [InlineData("2512310102", "2026-01-02")]
    [InlineData("2611251126", "2026-11-26")]
    [InlineData("261125", "2026-11-25")]
    public void The_year_of_the_entry_date_is_the_nearest_to_the_value_date(string written, string booked)
    {
        var line = Assert.Single(Read(Swift("C261124EUR0,00", "C261125EUR1,00", $":61:{written}C1,00NTRFNONREF")).Lines);

        Assert.Equal(booked, $"{line.BookedOn:yyyy-MM-dd}");
    }

    [Theory]
    [InlineData(":86:/EREF/E2E-1//REMI/USTD//TX1XT bat\r\nch 1/", "E2E-1")]
    [InlineData(":86:166?00GUTSCHRIFT?20EREF+E2E?21-1 SVWZ+TX1XT batch 1?32ADYEN?33 NV", "E2E-1")]
    [InlineData(":86:EREF+E2E-1 SVWZ+TX1XT batch 1", "E2E-1")]
    [InlineData(":86:TX1XT batch 1", null)]
    public void Every_dialect_of_the_text_gives_its_reference(string text, string? endToEnd)
    {
        var line = Assert.Single(Read(Swift("C261124EUR0,00", "C261125EUR1,00", ":61:261125C1,00NTRFNONREF", text)).Lines);

        Assert.Equal(endToEnd, line.EndToEndId?.TrimEnd());
        Assert.Contains("TX1XTbatch1", line.Text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_page_adds_up_and_begins_with_what_the_one_before_ended_with()
    {
        const string first = ":20:T1\n:25:NL1\n:28C:7/1\n:60F:C261124EUR1,00\n:61:261125C1,00NTRFNONREF\n:62M:C261125EUR2,00\n-\n";
        const string second = ":20:T1\n:25:NL1\n:28C:7/2\n:60M:C261124EUR2,00\n:61:261125D2,00NTRFNONREF\n:62F:C261125EUR0,00\n-\n";

        var right = Read(first + second);
        var torn = Read(first + second.Replace("60M:C261124EUR2,00", "60M:C261124EUR3,00", StringComparison.Ordinal));
        var gap = Read(first + second.Replace("7/2", "7/3", StringComparison.Ordinal));

        Assert.All(right.Statements, one => Assert.Equal(ControlStatus.Balanced, one.Control));
        Assert.Contains(torn.Findings, one => one is { Rule: StatementRule.Opening, Expected: "200 EUR", Found: "300 EUR" });
        Assert.Equal(StatementRule.Sequence, Assert.Single(gap.Findings).Rule);
    }

    [Theory]
    [InlineData(":61:2611xxC1,00NTRF", "61 value date")]
    [InlineData(":61:2611251332C1,00NTRF", "61 entry date")]
    [InlineData(":61:261125X1,00NTRF", "61 mark")]
    [InlineData(":61:261125C100NTRF", "61 amount")]
    [InlineData(":61:261125C1,001NTRF", "61 amount")]
    public void An_entry_that_cannot_be_read_is_quarantined_with_its_line(string entry, string field)
    {
        var file = Read(Swift("C261124EUR0,00", "C261125EUR1,00", entry, ":61:261125C1,00NTRFNONREF"));

        var bad = Assert.Single(file.Quarantined);
        Assert.Equal((field, 5), (bad.Fault.Field, bad.FileLine));
        Assert.Equal(2, Assert.Single(file.Lines).Number);
    }

    [Fact]
    public void Latin_letters_an_envelope_and_lone_line_feeds_are_read()
    {
        var text = Swift("C261124EUR0,00", "C261125EUR1,00", ":61:261125C1,00NTRFNONREF", ":86:Grüße").ReplaceLineEndings("\n");
        var wrapped = "{1:F01INGBNL2ABXXX0000000000}{2:I940INGBNL2AXXXN}{4:\n" + text.Replace("\n-\n", "\n-}", StringComparison.Ordinal);

        var file = StatementReader.Read(Encoding.Latin1.GetBytes(wrapped));

        Assert.Equal("Grüße", Assert.Single(file.Lines).Text);
        Assert.Equal(ControlStatus.Balanced, Assert.Single(file.Statements).Control);
    }

    [Fact]
    public void Without_any_balance_nobody_knows_the_currency()
    {
        var file = Read(":20:T1\n:25:NL1\n:61:261125C1,00NTRFNONREF\n-\n");

        Assert.Equal("60F", Assert.Single(file.Quarantined).Fault.Field);
    }

    [Fact]
    public void More_statements_or_lines_than_anybody_could_look_at_reject_the_file()
    {
        var statements = string.Concat(Enumerable.Repeat(":20:T\n-\n", 10_001));
        var lines = ":20:T\n" + string.Concat(Enumerable.Repeat(":61:x\n", 500_001));
        var text = new string('\n', 4_000_001) + ":20:T\n";

        Assert.Equal("at most 10000 statements", Read(statements).Rejection?.Fault.Expected);
        Assert.Equal("at most 500000 lines", Read(lines).Rejection?.Fault.Expected);
        Assert.Equal("at most 4000000 lines of text", Read(text).Rejection?.Fault.Expected);
    }
}
