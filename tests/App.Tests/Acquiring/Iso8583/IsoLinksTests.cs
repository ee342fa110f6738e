using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Railyard.App.Acquiring.Iso8583;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Acquiring.Iso8583;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Acquiring.Iso8583;

/// <summary>What a host may do to a connection.</summary>
public sealed class IsoLinksTests
{
    static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly ConcurrentQueue<AcquirerNotice> notices = [];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_approval_that_comes_when_nobody_waits_any_more_is_a_notice_once()
    {
        await using var host = new ScriptedHost();
        await using var connector = Tidebank.Connect(host.Address, notices.Enqueue);
        var ask = new Ask { Within = Soon };

        var outcome = await connector.AuthorizeAsync(ask.Authorisation, Cancellation);
        var (request, from) = await host.HearAsync();
        await from.WriteAsync(ScriptedHost.Response(request, "00"), Cancellation);
        await from.WriteAsync(ScriptedHost.Response(request, "00"), Cancellation);
        var notice = await Eventually.ThatAsync(() => Task.FromResult(notices.FirstOrDefault()), one => one is not null);

        Assert.IsType<AttemptOutcome.Unknown>(outcome);
        Assert.Equal((ask.Payment, ask.Payment.Attempt(1)), (notice!.Payment, notice.Attempt));
        Assert.Equal(new NoticeSubject.Authorised(request[37]!, "654321", ask.Amount), notice.Says);
        Assert.Single(notices);
    }

    [Theory]
    [InlineData("10", "000000000500", 5_00)]
    [InlineData("00", "000000000999", 9_99)]
    public async Task A_late_approval_of_another_amount_says_so(string code, string amount, long expected)
    {
        await using var host = new ScriptedHost();
        await using var connector = Tidebank.Connect(host.Address, notices.Enqueue);

        await connector.AuthorizeAsync(new Ask { Within = Soon }.Authorisation, Cancellation);
        var (request, from) = await host.HearAsync();
        await from.WriteAsync(ScriptedHost.Response(request, code, amount), Cancellation);
        var notice = await Eventually.ThatAsync(() => Task.FromResult(notices.FirstOrDefault()), one => one is not null);

        Assert.Equal(new Money(expected, Currency.Of("EUR")), Assert.IsType<NoticeSubject.Authorised>(notice!.Says).Amount);
    }

    [Fact]
    public async Task What_says_nothing_certain_is_unknown()
    {
        await using var host = new ScriptedHost();
        await using var connector = Tidebank.Connect(host.Address, notices.Enqueue);

        foreach (var code in new[] { "09", "68", "94" })
        {
            var asked = connector.AuthorizeAsync(new Ask().Authorisation, Cancellation);
            var (request, from) = await host.HearAsync();
            await from.WriteAsync(ScriptedHost.Response(request, code), Cancellation);

            Assert.IsType<AttemptOutcome.Unknown>(await asked);
        }
    }

    [Fact]
    public async Task What_is_sent_again_is_the_same_message_as_a_repeat()
    {
        await using var host = new ScriptedHost();
        await using var connector = Tidebank.Connect(host.Address, notices.Enqueue);
        var ask = new Ask { Within = Soon };
        var capture = ask.Operation(OperationKind.Capture, "REF000000001");

        await connector.AuthorizeAsync(ask.Authorisation, Cancellation);
        await connector.AuthorizeAsync(ask.Authorisation, Cancellation);
        await connector.PerformAsync(capture, Cancellation);
        await connector.PerformAsync(capture, Cancellation);
        await connector.ReverseAsync(ask.Reversal, Cancellation);
        await connector.ReverseAsync(ask.Reversal with { IsRepeat = true }, Cancellation);
        var heard = new List<IsoMessage>();
        for (var i = 0; i < 6; i++) heard.Add((await host.HearAsync()).Request);

        Assert.Equal(["0100", "0101", "0220", "0221", "0420", "0421"], heard.Select(one => $"{one.Type}"));
        Assert.All(heard.Chunk(2), pair => Assert.Equal(pair[0], pair[1].As(pair[0].Type)));
        Assert.Equal(heard[0][37], heard[4][37]);
        Assert.Equal(heard[0][11], IsoOriginal.Read(heard[4][90])!.Stan);
    }

    [Fact]
    public async Task Answers_may_come_in_pieces_joined_and_in_another_order()
    {
        await using var host = new ScriptedHost();
        await using var connector = Tidebank.Connect(host.Address, notices.Enqueue);
        Ask[] asks = [new(), new(), new()];

        var asked = asks.Select(ask => connector.AuthorizeAsync(ask.Authorisation, Cancellation)).ToList();
        var first = await host.HearAsync();
        var others = new[] { await host.HearAsync(), await host.HearAsync() };
        foreach (var one in ScriptedHost.Response(first.Request, "00"))
            await first.From.WriteAsync(new[] { one }, Cancellation);
        await others[1].From.WriteAsync(
            others.Reverse().SelectMany(one => ScriptedHost.Response(one.Request, "51")).ToArray(), Cancellation);
        var outcomes = await Task.WhenAll(asked);

        Assert.Single(outcomes.OfType<AttemptOutcome.Approved>());
        Assert.Equal(2, outcomes.OfType<AttemptOutcome.Declined>().Count());
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_is_passed_over_and_nonsense_ends_the_connection()
    {
        await using var host = new ScriptedHost();
        await using var connector = Tidebank.Connect(host.Address, notices.Enqueue);

        var asked = connector.AuthorizeAsync(new Ask().Authorisation, Cancellation);
        var (request, from) = await host.HearAsync();
        await from.WriteAsync(IsoFrame.Around([1, 2, 3]), Cancellation);
        await from.WriteAsync(ScriptedHost.Response(request, "00"), Cancellation);
        var read = await asked;
        var lost = connector.AuthorizeAsync(new Ask().Authorisation, Cancellation);
        await (await host.HearAsync()).From.WriteAsync("<html>"u8.ToArray(), Cancellation);

        Assert.IsType<AttemptOutcome.Approved>(read);
        Assert.IsType<AttemptOutcome.Unknown>(await lost);
    }

    [Fact]
    public async Task A_call_that_is_under_way_already_is_not_sent_twice()
    {
        await using var host = new ScriptedHost();
        await using var connector = Tidebank.Connect(host.Address, notices.Enqueue);
        var ask = new Ask();

        var asked = connector.AuthorizeAsync(ask.Authorisation, Cancellation);
        var (request, from) = await host.HearAsync();
        var twin = connector.AuthorizeAsync(ask.Authorisation, Cancellation);
        await from.WriteAsync(ScriptedHost.Response(request, "00"), Cancellation);

        Assert.Equal(await asked, await twin);
    }

    [Fact]
    public async Task What_was_sent_before_is_unknown_when_it_cannot_be_sent_again()
    {
        var host = new ScriptedHost();
        await using var connector = Tidebank.Connect(host.Address, notices.Enqueue);
        var ask = new Ask { Within = Soon };
        await connector.AuthorizeAsync(ask.Authorisation, Cancellation);
        await host.DisposeAsync();

        var again = await connector.AuthorizeAsync(ask.Authorisation, Cancellation);
        var other = await connector.AuthorizeAsync(new Ask { Within = Soon }.Authorisation, Cancellation);

        Assert.IsType<AttemptOutcome.Unknown>(again);
        Assert.True(Assert.IsType<AttemptOutcome.Declined>(other).IsOfThisCallOnly);
    }

    [Fact]
    public async Task A_host_that_lets_nobody_sign_on_is_sent_nothing()
    {
        await using var host = new ScriptedHost { AnswersManagement = false };
        await using var connector = Tidebank.Connect(host.Address, notices.Enqueue);

        var outcome = await connector.AuthorizeAsync(new Ask { Within = Soon }.Authorisation, Cancellation);

        Assert.True(Assert.IsType<AttemptOutcome.Declined>(outcome).IsOfThisCallOnly);
        Assert.Equal("001", Assert.Single(host.Managed));
    }

    [Fact]
    public async Task A_host_that_should_be_secured_and_is_not_is_sent_nothing()
    {
        var host = new ScriptedHost();
        await using var connector = Tidebank.Connect(new Uri($"tls://localhost:{host.Address.Port}"), notices.Enqueue);

        var outcome = await connector.AuthorizeAsync(new Ask { Within = Soon }.Authorisation, Cancellation);
        await host.DisposeAsync();

        Assert.True(Assert.IsType<AttemptOutcome.Declined>(outcome).IsOfThisCallOnly);
        Assert.Empty(host.Managed);
    }

    [Fact]
    public async Task An_idle_connection_is_tried_with_an_echo_and_given_up_without_an_answer()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
        await using var host = new ScriptedHost();
        await using var connector = Tidebank.Connect(host.Address, notices.Enqueue, time);
        await AnsweredAsync(host, connector);

        await PassAsync(time, () => host.Managed.Contains("301"));
        var afterAnEcho = host.Gone;
        host.AnswersManagement = false;
        await PassAsync(time, () => host.Gone > 0);

        Assert.Equal(0, afterAnEcho);
        Assert.Equal(["001", "301", "301"], host.Managed);
    }

    [Fact]
    public async Task It_says_good_bye_when_it_stops()
    {
        await using var host = new ScriptedHost();
        await using (var connector = Tidebank.Connect(host.Address, notices.Enqueue)) await AnsweredAsync(host, connector);

        Assert.Equal(["001", "002"], host.Managed);
    }

    [Theory]
    [InlineData("tcp://bank.example:7085")]
    [InlineData("http://localhost:7085")]
    [InlineData("tls://bank.example")]
    public void An_endpoint_is_a_port_and_in_the_clear_on_loopback_only(string endpoint) =>
        Assert.Throws<InvalidOperationException>(() => IsoEndpoint.Read("tidebank", new Uri(endpoint)));

    [Theory]
    [InlineData("tls://bank.example:7085", true)]
    [InlineData("tcp://127.0.0.1:7085", false)]
    [InlineData("tcp://[::1]:7085", false)]
    [InlineData("tcp://localhost:7085", false)]
    public void An_endpoint_elsewhere_is_secured(string endpoint, bool usesTls) =>
        Assert.Equal(usesTls, IsoEndpoint.Read("tidebank", new Uri(endpoint)).UsesTls);

    static async Task AnsweredAsync(ScriptedHost host, Iso8583Acquirer connector)
    {
        var asked = connector.AuthorizeAsync(new Ask().Authorisation, Cancellation);
        var (request, from) = await host.HearAsync().WaitAsync(Patience, Cancellation);
        await from.WriteAsync(ScriptedHost.Response(request, "00"), Cancellation);
        Assert.IsType<AttemptOutcome.Approved>(await asked);
    }

    static Task<bool> PassAsync(FakeTimeProvider time, Func<bool> until) => Eventually.ThatAsync(
        () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(until());
        },
        one => one);
}
