using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Payments;
using Railyard.App.Routing;
using Railyard.App.Tests.Merchants;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Tests.Routing;

/// <summary>Each test pays in a currency that no other test pays in, so that it knows its own counts.</summary>
public sealed class OutcomeCountsTests(RunningRailyard railyard)
{
    const double Aging = 0.05;

    // The simulated northbank refuses these: without a reason, and for want of balance.
    const long RefusedByNorth = 8_001_002;
    const long DeclinedByNorth = 8_001_012;

    [Fact]
    public async Task An_approval_is_counted_at_every_level()
    {
        await (await NorthFirstAsync()).PayAsync(currency: "PLN");

        var statistics = await EventuallyAsync("northbank", "visa|NL|PLN", tally => tally.Weight > 1 - Aging);

        Assert.Equal(1, statistics.Tallies["visa|NL|PLN"].Successes, Aging);
        Assert.Equal(1, statistics.Tallies["visa|PLN"].Successes, Aging);
        Assert.True(statistics.Tallies["visa"].Successes > 1 - Aging);
        Assert.True(statistics.Tallies[AcquirerStatistics.AllLevel].Weight >= statistics.Tallies["visa"].Weight);
    }

    [Fact]
    public async Task A_refusal_without_a_reason_counts_against_its_acquirer_and_the_approval_after_it_for_the_other()
    {
        await (await NorthFirstAsync()).PayAsync(RefusedByNorth, currency: "CZK");

        var north = await EventuallyAsync("northbank", "visa|CZK", tally => tally.Weight > 1 - Aging);
        var south = await EventuallyAsync("southbank", "visa|CZK", tally => tally.Weight > 1 - Aging);

        Assert.Equal((0, 1), Rounded(north.Tallies["visa|CZK"]));
        Assert.Equal((1, 0), Rounded(south.Tallies["visa|CZK"]));
    }

    [Fact]
    public async Task What_an_issuer_refuses_does_not_count()
    {
        var client = await NorthFirstAsync();
        await client.PayAsync(DeclinedByNorth, currency: "RON");
        await client.PayAsync(currency: "RON");

        var statistics = await EventuallyAsync("northbank", "visa|RON", tally => tally.Successes > 1 - Aging);

        Assert.Equal((1, 0), Rounded(statistics.Tallies["visa|RON"]));
    }

    [Fact]
    public async Task An_event_that_is_published_again_counts_once()
    {
        var client = await NorthFirstAsync();
        var paid = await client.PayAsync(currency: "ZAR");
        var payment = await railyard.App.Services.GetRequiredService<PaymentStore>()
            .LoadAsync(new PaymentId(paid["id"]!), TestContext.Current.CancellationToken);

        await railyard.App.Services.GetRequiredService<PaymentEvents>()
            .PublishAsync(payment, first: 1, TestContext.Current.CancellationToken);
        await client.PayAsync(currency: "ZAR");
        var statistics = await EventuallyAsync("northbank", "visa|ZAR", tally => tally.Weight > 2 - Aging);

        Assert.Equal((2, 0), Rounded(statistics.Tallies["visa|ZAR"]));
    }

    [Fact]
    public async Task The_numbers_that_decided_are_shown_with_the_payment()
    {
        var client = (await railyard.OnboardAsync()).Client;
        await client.PutProgramAsync(Programs.Program(new { optimise = new { among = new[] { "northbank", "southbank" } } }));
        await client.PayAsync(currency: "THB");
        await EventuallyAsync("northbank", AcquirerStatistics.AllLevel, tally => tally.Weight > 1 - Aging);

        var shown = await Eventually.ThatAsync(
            async () => (await client.RouteOfAsync(await client.PayAsync(currency: "THB"))).Attempts,
            attempts => North(attempts).GetProperty("successes").GetDouble() > 0);

        var north = North(shown);
        Assert.InRange(north.GetProperty("approval_probability").GetDouble(), north.GetProperty("approval_low").GetDouble(), north.GetProperty("approval_high").GetDouble());
        Assert.Equal(19, north.GetProperty("cost").GetInt64());
        Assert.Equal("healthy", north.GetProperty("outage").GetString());
    }

    [Fact]
    public async Task What_settlement_charged_corrects_the_cost()
    {
        var statistics = railyard.App.Services.GetRequiredService<RoutingStatistics>();
        var acquirer = new AcquirerName("fees-of-a-test");
        var seen = new Dictionary<Currency, FeesSeen>
        {
            [Currency.Of("EUR")] = new(10_000, 15_000, 180, TimeProvider.System.GetUtcNow()),
        };

        await statistics.CountFeesAsync(acquirer, seen, TestContext.Current.CancellationToken);
        var profile = new AcquirerProfile { Name = acquirer, Brands = [CardBrand.Visa], Fee = new Fee(100, 0) };
        var standing = Assert.Single(await statistics.StandingsAsync(SomeFacts, [profile], TestContext.Current.CancellationToken));

        Assert.Equal(1.45, standing.CostFactor, Aging);
    }

    static PaymentFacts SomeFacts => new()
    {
        Payment = new PaymentId("pay_1"),
        Merchant = new MerchantId("mer_1"),
        Amount = new Money(10_00, Currency.Of("EUR")),
        Brand = CardBrand.Visa,
        Bin = "411111",
        Capture = CaptureMode.Manual,
        At = TimeProvider.System.GetUtcNow(),
    };

    static System.Text.Json.JsonElement North(Reply attempts) => attempts.Body.GetProperty("routing").GetProperty("candidates")
        .EnumerateArray().Single(candidate => candidate.GetProperty("acquirer").GetString() == "northbank");

    static (double Successes, double Failures) Rounded(Tally tally) => (Math.Round(tally.Successes, 1), Math.Round(tally.Failures, 1));

    async Task<Client> NorthFirstAsync()
    {
        var client = (await railyard.OnboardAsync()).Client;
        await client.PutProgramAsync(Programs.Program(Programs.Priority("northbank", "southbank")));
        return client;
    }

    async Task<AcquirerStatistics> EventuallyAsync(string acquirer, string level, Func<Tally, bool> isThere) =>
        (await Eventually.ThatAsync(
            () => railyard.App.Services.GetRequiredService<Containers>().RoutingStats
                .FindAsync<StatisticsDocument>(acquirer, acquirer, TestContext.Current.CancellationToken),
            stored => stored?.Value.Statistics.Tallies.GetValueOrDefault(level) is { } tally && isThere(tally)))!.Value.Statistics;
}
