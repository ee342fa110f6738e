using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Polly.CircuitBreaker;
using Railyard.App.Acquiring;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Tests.Acquiring;

public sealed class GuardedAcquirerTests(RunningRailyard railyard)
{
    const int FewestCallsToTrip = 20;
    const int MostCallsAtOnce = 256;

    static readonly AttemptOutcome Yes = new AttemptOutcome.Approved("psp1", null);
    static readonly AttemptOutcome Silence = new AttemptOutcome.Unknown("no answer");
    static readonly AttemptOutcome No = new AttemptOutcome.Declined(DeclineCode.DoNotHonor, "2", "Refused");

    readonly FakeTimeProvider time = new();

    [Fact]
    public async Task An_acquirer_that_does_not_answer_is_not_called_for_a_while_and_nothing_is_sent()
    {
        var acquirer = new Scripted { Answer = Silence };
        await using var guarded = new GuardedAcquirer(acquirer, time);
        await CallAsync(guarded, FewestCallsToTrip);

        var heldBack = await CallAsync(guarded, 1);

        Assert.Equal(FewestCallsToTrip, acquirer.Calls);
        Assert.True(Assert.IsType<AttemptOutcome.Declined>(heldBack).IsOfThisCallOnly);
        Assert.Equal(CircuitState.Open, guarded.Circuits["authorize"]);
    }

    [Fact]
    public async Task It_is_tried_again_after_the_pause_and_used_once_it_answers()
    {
        var acquirer = new Scripted { Answer = Silence };
        await using var guarded = new GuardedAcquirer(acquirer, time);
        await CallAsync(guarded, FewestCallsToTrip);
        acquirer.Answer = Yes;
        time.Advance(TimeSpan.FromSeconds(6));

        var probe = await CallAsync(guarded, 1);

        Assert.Same(Yes, probe);
        Assert.Equal(CircuitState.Closed, guarded.Circuits["authorize"]);
    }

    [Fact]
    public async Task Refusals_of_issuers_are_not_the_acquirers_doing()
    {
        var acquirer = new Scripted { Answer = No };
        await using var guarded = new GuardedAcquirer(acquirer, time);

        await CallAsync(guarded, 3 * FewestCallsToTrip);

        Assert.Equal(3 * FewestCallsToTrip, acquirer.Calls);
    }

    [Fact]
    public async Task One_operation_that_is_broken_leaves_the_others_open_and_stays_unknown()
    {
        var acquirer = new Scripted { Answer = Yes };
        await using var guarded = new GuardedAcquirer(acquirer, time);
        for (var call = 0; call < FewestCallsToTrip; call++) await guarded.PerformAsync(Capture, Cancellation);

        var heldBack = await guarded.PerformAsync(Capture, Cancellation);

        Assert.Contains("Not called", Assert.IsType<OperationOutcome.Unknown>(heldBack).Evidence, StringComparison.Ordinal);
        Assert.Same(Yes, await CallAsync(guarded, 1));
    }

    [Fact]
    public async Task A_slow_acquirer_has_so_many_calls_in_hand_and_no_more()
    {
        var acquirer = new Scripted { Answer = Yes, Gate = new TaskCompletionSource() };
        await using var guarded = new GuardedAcquirer(acquirer, time);
        var held = Enumerable.Range(0, MostCallsAtOnce).Select(_ => guarded.AuthorizeAsync(Authorization, Cancellation)).ToList();

        var oneMore = await guarded.AuthorizeAsync(Authorization, Cancellation);
        acquirer.Gate.SetResult();
        await Task.WhenAll(held);

        Assert.True(Assert.IsType<AttemptOutcome.Declined>(oneMore).IsOfThisCallOnly);
        Assert.Same(Yes, await CallAsync(guarded, 1));
    }

    [Theory]
    [InlineData("http://acquirer.example/", "in the clear")]
    [InlineData("", "endpoint is not set")]
    public void Settings_that_would_send_cards_in_the_clear_or_nowhere_are_refused(string endpoint, string why)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Acquirers:somebank:apiKey"] = "key",
            ["Acquirers:somebank:endpoint"] = endpoint.Length == 0 ? null : endpoint,
        };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();

        var refused = Assert.Throws<InvalidOperationException>(
            () => ActivatorUtilities.CreateInstance<App.Acquiring.Acquirers>(railyard.App.Services, configuration));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static CardNumber Number => CardNumber.Read(Client.GoodCard)!.Value;

    static CardSummary Card => new(CardBrand.Visa, "411111", "1111", 3, 2030);

    static Money Amount => new(10_00, Currency.Of("EUR"));

    static AuthorizationCall Authorization => new(
        new AttemptId("att_1_1"), new PaymentId("pay_1"), Amount, Number, Card, null, new Uri("https://shop.example/"),
        DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(8));

    static OperationCall Capture => new(
        new OperationId("cap_1"), OperationKind.Capture, new PaymentId("pay_1"), "psp1", Amount,
        new OriginalCall(new AttemptId("att_1_1"), DateTimeOffset.UnixEpoch, null, Card, Amount), TimeSpan.FromSeconds(8));

    static async Task<AttemptOutcome?> CallAsync(GuardedAcquirer guarded, int times)
    {
        AttemptOutcome? last = null;
        for (var call = 0; call < times; call++) last = await guarded.AuthorizeAsync(Authorization, Cancellation);
        return last;
    }

    /// <summary>An acquirer that gives one answer to authorisations, once its gate is open, and none to operations.</summary>
    sealed class Scripted : IAcquirer
    {
        int calls;

        public required AttemptOutcome Answer { get; set; }

        public TaskCompletionSource? Gate { get; init; }

        public int Calls => calls;

        public AcquirerProfile Profile { get; } = new()
        {
            Name = new AcquirerName("somebank"), Brands = App.Acquiring.Acquirers.UsualBrands, Fee = new Fee(0, 0),
        };

        public async Task<AttemptOutcome> AuthorizeAsync(AuthorizationCall call, CancellationToken cancellation)
        {
            Interlocked.Increment(ref calls);
            if (Gate is not null) await Gate.Task;
            return Answer;
        }

        public Task<AttemptOutcome?> CompleteAsync(CompletionCall call, CancellationToken cancellation) =>
            Task.FromResult<AttemptOutcome?>(null);

        public Task<OperationOutcome> PerformAsync(OperationCall call, CancellationToken cancellation) =>
            Task.FromResult<OperationOutcome>(new OperationOutcome.Unknown("no answer"));

        public Task<ReversalOutcome> ReverseAsync(ReversalCall call, CancellationToken cancellation) =>
            Task.FromResult<ReversalOutcome>(new ReversalOutcome.Unknown("no answer"));
    }
}
