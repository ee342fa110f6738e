using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;
using static Railyard.Core.Tests.Settlement.Bank.Statements;

namespace Railyard.Core.Tests.Settlement.Bank;

public sealed class Bai2Tests
{
    [Fact]
    public void Credits_and_debits_are_told_by_their_type_and_everything_adds_up()
    {
        var file = Read(Bai(
            "03,12345,USD,010,10000,,,015,10700,,/",
            "16,175,1000,Z,B1,C1,DEPOSIT/",
            "16,475,300,0,B2,C2,CHECK/",
            "49,22000,4/", "98,22000,1,6/", "99,22000,1,8/"));

        Assert.Equal([Direction.Credit, Direction.Debit], file.Lines.Select(line => line.Amount.Direction));
        Assert.Equal(("B1", "C1 DEPOSIT", "175"), (file.Lines[0].BankReference, file.Lines[0].Text, file.Lines[0].TransactionCode));
        Assert.Equal((ControlStatus.Balanced, 0), (Assert.Single(file.Statements).Control, file.FindingsInAll));
    }

    [Theory]
    [InlineData("16,175,1000,S,1,2,3,B1,C1,TEXT/")]
    [InlineData("16,175,1000,V,261126,1200,B1,C1,TEXT/")]
    [InlineData("16,175,1000,D,2,0,500,1,500,B1,C1,TEXT/")]
    [InlineData("16,175,1000,,B1,C1,TEXT/")]
    [InlineData("16,175,1000,Z,B1,C1/\n88,TEXT/")]
    public void Whatever_the_funds_say_the_references_are_found(string record)
    {
        var line = Assert.Single(Read(Bai("03,1,,/", record, "49,1000,/")).Lines);

        Assert.Equal(("B1", "C1 TEXT", 1000L), (line.BankReference, line.Text, line.Amount.Amount.MinorUnits));
    }

    [Fact]
    public void A_text_may_have_commas_and_slashes_and_go_on_in_the_next_record()
    {
        var line = Assert.Single(Read(Bai("03,1,,/", "16,175,1000,Z,B1,C1,TX1XT batch 1, Railyard a/b/", "88,AND MORE, TOO/", "49,1000,/")).Lines);

        Assert.Equal("C1 TX1XT batch 1, Railyard a/b AND MORE, TOO", line.Text);
    }

    [Theory]
    [InlineData("49,1001,3/", StatementRule.ControlTotal)]
    [InlineData("49,1000,4/", StatementRule.Count)]
    public void A_trailer_that_does_not_agree_breaks_its_account(string trailer, StatementRule rule)
    {
        var file = Read(Bai("03,1,,/", "16,175,1000,Z,,,A/", trailer));

        Assert.Contains(file.Findings, one => one.Rule == rule && one.Statement == 1);
        Assert.Equal(ControlStatus.Broken, Assert.Single(file.Statements).Control);
    }

    [Fact]
    public void What_is_cut_off_is_found()
    {
        var file = Read(Bai("03,1,,/", "16,175,1000,Z,,,A/"));

        Assert.Equal(["49", "98", "99"], file.Findings.Where(one => one.Rule == StatementRule.Trailer).Select(one => one.Expected));
        Assert.Single(file.Lines);
    }

    [Theory]
    [InlineData("16,999,1000,Z,,,A/", "16 type")]
    [InlineData("16,175,10.00,Z,,,A/", "16 amount")]
    [InlineData("16,175,1000,V,261332,,,,A/", "16 value date")]
    [InlineData("17,175,1000/", "record")]
    public void A_record_that_cannot_be_read_is_quarantined(string record, string field)
    {
        var file = Read(Bai("03,1,,/", record, "16,175,1000,Z,,,A/", "49,,/"));

        Assert.Equal(field, Assert.Single(file.Quarantined).Fault.Field);
        Assert.Equal(2, Assert.Single(file.Lines).Number);
    }

    [Theory]
    [InlineData("2", StatementPurpose.Deletion, ControlStatus.Broken)]
    [InlineData("3", StatementPurpose.Correction, ControlStatus.Broken)]
    [InlineData("4", StatementPurpose.Test, ControlStatus.Balanced)]
    public void A_group_may_take_back_replace_or_only_try(string status, StatementPurpose purpose, ControlStatus control)
    {
        var text = Bai("03,1,,/", "16,175,1000,Z,,,A/", "49,1000,3/").Replace("BANK,1,", $"BANK,{status},", StringComparison.Ordinal);

        var statement = Assert.Single(Read(text).Statements);

        Assert.Equal((purpose, control), (statement.Purpose, statement.Control));
    }
}
