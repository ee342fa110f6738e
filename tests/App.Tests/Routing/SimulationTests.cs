using System.Net;
using Railyard.App.Tests.Merchants;

namespace Railyard.App.Tests.Routing;

public sealed class SimulationTests(RunningRailyard railyard)
{
    const string Path = "/v1/routing/simulations";
    const int Payments = 12;

    [Fact]
    public async Task What_was_decided_is_decided_again_to_the_byte_and_a_candidate_says_what_it_would_change()
    {
        var client = (await railyard.OnboardAsync()).Client;
        await PayAsync(client, Payments / 2);
        await client.PutProgramAsync(Programs.Program(new { optimise = new { } }));
        await PayAsync(client, Payments / 2);
        await Eventually.ThatAsync(
            () => client.GetAsync("/v1/payments"), page => page.Body.GetProperty("items").GetArrayLength() == Payments);

        var started = await client.PostAsync(Path, new
        {
            program = Programs.Program(Programs.Priority("southbank")),
            from = Programs.Moment(-10),
            to = Programs.Moment(0),
        });
        var done = await Eventually.ThatAsync(
            () => client.GetAsync(started.Header("Location")!), simulation => simulation["status"] != "running");

        Assert.Equal((HttpStatusCode.Accepted, "running"), (started.Status, started["status"]));
        Assert.Equal(("done", $"{Payments}", "0"), (done["status"], done["payments"], done["without_record"]));
        Assert.Equal(($"{Payments}", "0"), (done["recorded.identical"], done["recorded.different"]));
        Assert.InRange(int.Parse(done["candidate.rerouted"]!), Payments / 2, Payments);
        var cost = done.Body.GetProperty("candidate").GetProperty("cost_change")[0];
        Assert.Equal("EUR", cost.GetProperty("currency").GetString());
        Assert.InRange(cost.GetProperty("expected").GetInt64(), cost.GetProperty("low").GetInt64(), cost.GetProperty("high").GetInt64());
    }

    [Fact]
    public async Task Without_a_candidate_only_what_was_decided_is_checked()
    {
        var client = (await railyard.OnboardAsync()).Client;

        var started = await client.PostAsync(Path, new { from = Programs.Moment(-10), to = Programs.Moment(0) });
        var done = await Eventually.ThatAsync(
            () => client.GetAsync($"{Path}/{started["id"]}"), simulation => simulation["status"] != "running");

        Assert.Equal(("done", "0"), (done["status"], done["payments"]));
        Assert.Null(done["candidate"]);
    }

    [Theory]
    [InlineData(-10, 10, "to")]
    [InlineData(0, -10, "to")]
    [InlineData(-200_000, 0, "from")]
    public async Task A_period_that_lies_ahead_is_none_or_is_too_long_is_refused(int from, int to, string field)
    {
        var client = (await railyard.OnboardAsync()).Client;

        var refused = await client.PostAsync(Path, new { from = Programs.Moment(from), to = Programs.Moment(to) });

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(field, refused.Body.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    static async Task PayAsync(Client client, int times)
    {
        for (var paid = 0; paid < times; paid++) await client.PayAsync(100_00 + paid);
    }
}
