using Railyard.Core.Acquiring.Iso8583;
using static Railyard.Local.Tests.Acquirers.Iso8583.IsoTeller;

namespace Railyard.Local.Tests.Acquirers.Iso8583;

public sealed class IsoFaultsTests
{
    const string SilentAfterBooking = "4099000000000061";
    const string SilentForGood = "4099000000000079";
    const string ErrorAfterBooking = "4099000000000087";
    const string HangUpAfterBooking = "4099000000000095";
    const string HangUpBeforeBooking = "4099000000000103";
    const string ErrorBeforeBooking = "4099000000000111";
    const string MaintenancePage = "4099000000000129";
    const string Slow = "4099000000000053";

    [Theory]
    [InlineData(SilentAfterBooking, true)]
    [InlineData(SilentForGood, false)]
    public async Task Silence_after_booking_lets_other_requests_through(string card, bool isAnsweredAgain)
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench);

        await teller.SendAsync(Authorisation(card: card));
        var other = await teller.AskAsync(Authorisation("two"));
        await bench.WhileTimePassesAsync(UntilLiveAsync(bench, 2));
        await teller.SendAsync(Authorisation(card: card).As(MessageType.AuthorisationRequest.Repeated));
        await teller.SendAsync(Authorisation("three"));
        var answered = new List<string?> { (await teller.HearAsync())![37] };
        if (isAnsweredAgain) answered.Add((await teller.HearAsync())![37]);

        string?[] expected = [.. isAnsweredAgain ? new[] { Authorisation()[37] } : [], Authorisation("three")[37]];
        Assert.Equal(Authorisation("two")[37], other[37]);
        Assert.Equal(expected.Order(StringComparer.Ordinal), answered.Order(StringComparer.Ordinal));
        Assert.Equal(3, await LiveAsync(bench));
    }

    [Theory]
    [InlineData(HangUpAfterBooking, 1)]
    [InlineData(HangUpBeforeBooking, 0)]
    public async Task A_dropped_connection_says_nothing_of_what_was_booked(string card, int live)
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench);

        await teller.SendAsync(Authorisation(card: card));

        Assert.Null(await teller.HearAsync());
        Assert.Equal(live, await LiveAsync(bench));
    }

    [Theory]
    [InlineData(ErrorAfterBooking, "68", 1)]
    [InlineData(ErrorBeforeBooking, "91", 0)]
    public async Task An_error_is_certain_only_where_nothing_was_booked(string card, string code, int live)
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench);

        var answer = await teller.AskAsync(Authorisation(card: card));

        Assert.Equal(code, answer[39]);
        Assert.Equal(live, await LiveAsync(bench));
    }

    [Fact]
    public async Task A_maintenance_page_is_no_message()
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench);

        await teller.SendAsync(Authorisation(card: MaintenancePage));
        var header = new byte[IsoFrame.HeaderLength];
        await teller.Stream.ReadExactlyAsync(header, TestContext.Current.CancellationToken);

        Assert.Equal("HT"u8.ToArray(), header);
    }

    [Fact]
    public async Task A_slow_answer_comes_after_others_and_its_twin_meanwhile_is_told_to_wait()
    {
        await using var bench = await AcquirerBench.StartAsync();
        using var teller = await CallAsync(bench);

        await teller.SendAsync(Authorisation(card: Slow));
        var other = await teller.AskAsync(Authorisation("two"));
        var twin = await teller.AskAsync(Authorisation(card: Slow).As(MessageType.AuthorisationRequest.Repeated));
        var slow = (await bench.WhileTimePassesAsync(teller.HearAsync()))!;

        Assert.Equal(("00", "09", "00"), (other[39], twin[39], slow[39]));
        Assert.Equal(Authorisation()[37], slow[37]);
    }

    [Fact]
    public async Task A_restarted_host_knows_what_it_did()
    {
        await using var bench = await AcquirerBench.StartAsync();
        using (var before = await CallAsync(bench)) await before.AskAsync(Authorisation());
        await bench.RestartAsync();
        using var after = await CallAsync(bench);

        var repeat = await after.AskAsync(Authorisation().As(MessageType.AuthorisationRequest.Repeated));
        var captured = await after.AskAsync(Capture("capture", "one"));

        Assert.Equal(("00", "00"), (repeat[39], captured[39]));
    }

    static async Task<bool> UntilLiveAsync(AcquirerBench bench, int count)
    {
        while (await LiveAsync(bench) < count) TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        return true;
    }

    static async Task<int> LiveAsync(AcquirerBench bench) =>
        (await bench.BookAsync("pay_1", AcquirerBench.Tide))["live_approvals"]!.GetValue<int>();
}
