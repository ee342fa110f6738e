using System.Text.Json.Nodes;
using Railyard.Core.Acquiring.Iso8583;
using static Railyard.Local.Tests.Acquirers.Iso8583.IsoTeller;

namespace Railyard.Local.Tests.Acquirers.Iso8583;

public sealed class IsoHostTests
{
    [Theory]
    [InlineData("ascii")]
    [InlineData("binary")]
    public async Task An_authorisation_is_approved_and_captured_and_refunded_in_either_dialect(string dialect)
    {
        await using var bench = await AcquirerBench.StartAsync(dialect: dialect);
        using var teller = await CallAsync(bench);

        var approved = await teller.AskAsync(Authorisation());
        var captured = await teller.AskAsync(Capture("capture", "one", 600));
        var refunded = await teller.AskAsync(Refund("refund", "one", 100));

        Assert.Equal(("0110", "00"), ($"{approved.Type}", approved[39]));
        Assert.Matches("^[0-9]{6}$", approved[38]);
        Assert.Equal(("0230", "00"), ($"{captured.Type}", captured[39]));
        Assert.Equal(("0210", "00"), ($"{refunded.Type}", refunded[39]));
        Assert.Equal(
            """{"approvals":1,"approved":1000,"captured":600,"refunded":100,"reversed":0}""", await TotalsAsync(bench));
    }

    [Fact]
    public async Task What_was_not_captured_is_released_by_a_void_and_what_was_is_not()
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench);
        await teller.AskAsync(Authorisation());
        await teller.AskAsync(Authorisation("two"));
        await teller.AskAsync(Capture("capture", "two"));

        var released = await teller.AskAsync(Void("void", "one"));
        var tooLate = await teller.AskAsync(Void("void two", "two"));
        var ofNothing = await teller.AskAsync(Void("void three", "three"));

        Assert.Equal(("0410", "00"), ($"{released.Type}", released[39]));
        Assert.Equal(("12", "25"), (tooLate[39], ofNothing[39]));
    }

    [Fact]
    public async Task Whoever_has_not_signed_on_is_hung_up_on()
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench, signsOn: false);

        await teller.SendAsync(Authorisation());

        Assert.Null(await teller.HearAsync());
    }

    [Fact]
    public async Task Sign_on_is_for_the_account_only_and_an_echo_is_answered()
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench, signsOn: false);

        var wrong = await teller.AskAsync(Management("001", "RailyardNorth  "));
        var right = await teller.AskAsync(Management("001"));
        var echo = await teller.AskAsync(Management("301"));
        var off = await teller.AskAsync(Management("002"));
        await teller.SendAsync(Authorisation());

        Assert.Equal(("03", "00", "00", "00"), (wrong[39], right[39], echo[39], off[39]));
        Assert.Equal(("0810", "301"), ($"{echo.Type}", echo[70]));
        Assert.Null(await teller.HearAsync());
    }

    [Fact]
    public async Task A_repeat_gets_the_same_answer_and_changes_nothing()
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench);
        var first = await teller.AskAsync(Authorisation());
        await teller.AskAsync(Capture("capture", "one"));

        var again = await teller.AskAsync(Authorisation().As(MessageType.AuthorisationRequest.Repeated));
        var captured = await teller.AskAsync(Capture("capture", "one").As(MessageType.FinancialAdvice.Repeated));

        Assert.Equal(first, again);
        Assert.Equal("00", captured[39]);
        Assert.Equal(
            """{"approvals":1,"approved":1000,"captured":1000,"refunded":0,"reversed":0}""", await TotalsAsync(bench));
    }

    [Fact]
    public async Task A_reversal_undoes_its_original_however_often_it_comes()
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench);
        await teller.AskAsync(Authorisation());

        var reversed = await teller.AskAsync(Reversal());
        var again = await teller.AskAsync(Reversal().As(MessageType.ReversalAdvice.Repeated));

        Assert.Equal(("0430", "00", "00"), ($"{reversed.Type}", reversed[39], again[39]));
        var booked = await BookAsync(bench);
        Assert.Equal(0, booked["live_approvals"]!.GetValue<int>());
        Assert.Single(booked["payments"]![0]!["modifications"]!.AsArray());
    }

    [Fact]
    public async Task An_original_that_comes_after_its_reversal_is_refused()
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench);

        var reversed = await teller.AskAsync(Reversal());
        var late = await teller.AskAsync(Authorisation());

        Assert.Equal(("25", "79"), (reversed[39], late[39]));
        Assert.Equal(0, (await BookAsync(bench))["live_approvals"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("4000000000009995", "51", null)]
    [InlineData("4099000000000020", "51", "840203")]
    [InlineData("4212345678901237", "1A", null)]
    [InlineData("5201281505129736", "65", null)]
    [InlineData("4111111111111112", "14", null)]
    public async Task The_script_is_played_in_response_codes(string card, string code, string? advice)
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench);

        var answer = await teller.AskAsync(Authorisation(card: card));

        Assert.Equal((code, advice), (answer[39], answer[48]));
        Assert.Null(answer[2]);
    }

    [Fact]
    public async Task Half_of_the_amount_is_approved_in_part_and_an_expired_card_is_refused()
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench);

        var half = await teller.AskAsync(Authorisation(card: "4099000000000046"));
        var expired = await teller.AskAsync(Authorisation("two").With(14, "2602"));

        Assert.Equal(("10", "000000000500"), (half[39], half[4]));
        Assert.Equal("54", expired[39]);
    }

    [Fact]
    public async Task A_request_that_lacks_something_is_a_format_error()
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench);

        var answer = await teller.AskAsync(new IsoMessage(MessageType.AuthorisationRequest).With(11, "000001"));

        Assert.Equal("30", answer[39]);
    }

    [Fact]
    public async Task Frames_may_be_cut_and_joined_anywhere()
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench);
        byte[] both = [.. teller.Frame(Authorisation()), .. teller.Frame(Authorisation("two"))];

        foreach (var piece in both.Chunk(7)) await teller.Stream.WriteAsync(piece, TestContext.Current.CancellationToken);
        IsoMessage?[] answers = [await teller.HearAsync(), await teller.HearAsync()];

        Assert.All(answers, answer => Assert.Equal("00", answer![39]));
    }

    [Fact]
    public async Task Nonsense_is_hung_up_on()
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench);

        await teller.Stream.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Null(await teller.HearAsync());
    }

    [Fact]
    public async Task Its_settlement_report_has_the_references_of_the_messages()
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench);
        await teller.AskAsync(Authorisation());
        var capture = Capture("capture", "one");
        await teller.AskAsync(capture);

        await bench.SettleAsync(AcquirerBench.Tide);

        var report = bench.Inbox.Single(one => one.Key.StartsWith("tidebank/", StringComparison.Ordinal)).Value;
        Assert.Contains($"RailyardTide,{Authorisation()[37]},pay_1,visa,", report, StringComparison.Ordinal);
        Assert.Contains($",Settled,{capture[37]},EUR,,10.00,", report, StringComparison.Ordinal);
    }

    static async Task<string> TotalsAsync(AcquirerBench bench) => (await BookAsync(bench))["totals"]!.ToJsonString();

    static Task<JsonNode> BookAsync(AcquirerBench bench) => bench.BookAsync("pay_1", AcquirerBench.Tide);
}
