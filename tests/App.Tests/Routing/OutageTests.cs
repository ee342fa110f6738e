using System.Net;
using System.Net.Http.Json;
using Railyard.Core.Routing;
using Railyard.Local.Runtime;

namespace Railyard.App.Tests.Routing;

/// <summary>An app of its own, whose northbank fails.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    const int MostPayments = 1_500;

    RunningApp? app;

    RunningApp App => app ?? throw new InvalidOperationException("The app has not started.");

    Client Merchant => new(App.Address, "sk_sandbox_local");

    public async ValueTask InitializeAsync() =>
        app = await RunningApp.StartAsync(typeof(Containers).Assembly, new LocalOptions(), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }

    [Fact]
    public async Task An_acquirer_that_fails_is_left_out_within_twenty_payments_and_comes_back_when_it_has_recovered()
    {
        await Merchant.PutProgramAsync(Programs.Program(Programs.Priority("northbank", "southbank")));
        await FailAsync();
        var until = await PayUntilAsync(route => !route.IsNorthKept);
        await RecoverAsync();
        var back = await PayUntilAsync(route => route is { IsNorthKept: true, Outage: "healthy" });

        Assert.InRange(until, OutageWatch.MostBad, 20);
        Assert.InRange(back, OutageWatch.GoodToRestore, MostPayments);
    }

    // Answered as an error of the acquirer's own, so that the payment goes on to the next.
    Task FailAsync() => ScriptAsync(HttpMethod.Put, JsonContent.Create(new
    {
        rules = new[] { new { match = new { operation = "payment" }, behaviour = "decline_4" } },
    }));

    Task RecoverAsync() => ScriptAsync(HttpMethod.Delete, null);

    async Task ScriptAsync(HttpMethod method, HttpContent? content)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(App.Acquirers["northbank"], "/sim/script")) { Content = content };
        var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
    }

    // How many payments it took until one was routed like that.
    async Task<int> PayUntilAsync(Func<(bool IsNorthKept, string? Outage), bool> isWanted)
    {
        for (var paid = 0; paid < MostPayments; paid++)
        {
            var payment = await Merchant.PayAsync();
            Assert.Equal("authorized", payment["status"]);
            if (isWanted(await NorthAsync(payment))) return paid;
        }
        Assert.Fail($"None of {MostPayments} payments was routed like that.");
        return MostPayments;
    }

    async Task<(bool IsNorthKept, string? Outage)> NorthAsync(Reply payment)
    {
        var attempts = await Merchant.GetAsync($"/v1/payments/{payment["id"]}/attempts");
        Assert.Equal(HttpStatusCode.OK, attempts.Status);
        var north = attempts.Body.GetProperty("routing").GetProperty("candidates").EnumerateArray()
            .Single(candidate => candidate.GetProperty("acquirer").GetString() == "northbank");
        return (north.GetProperty("kept").GetBoolean(), north.GetProperty("outage").GetString());
    }
}
