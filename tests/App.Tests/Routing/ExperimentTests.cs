using System.Net;
using Railyard.App.Tests.Merchants;

namespace Railyard.App.Tests.Routing;

public sealed class ExperimentTests(RunningRailyard railyard)
{
    const string Path = "/v1/routing/experiments";

    // The simulated northbank says that there is not enough balance for this amount, and southbank approves it.
    const long DeclinedByNorth = 8_001_012;
    const int MostPayments = 120;

    static object ToNorth => Programs.Program(Programs.Priority("northbank"));

    static object ToSouth => Programs.Program(Programs.Priority("southbank"));

    static object Wanted(object program, int share = 49, int guardrail = 20, int sample = 10) => new
    {
        program, share_percent = share, guardrail_percentage_points = guardrail, minimum_sample = sample,
    };

    [Fact]
    public async Task While_an_experiment_runs_nothing_else_is_changed()
    {
        var client = (await railyard.OnboardAsync()).Client;
        var started = await client.PostAsync(Path, Wanted(ToSouth));
        Assert.True(started.Status == HttpStatusCode.Created, started.Text);

        AssertRuns(await client.PutProgramAsync(ToNorth));
        AssertRuns(await client.PostAsync("/v1/routing/rollbacks", new { version = 0 }));
        AssertRuns(await client.PostAsync(Path, Wanted(ToNorth)));
        Assert.Equal(started["id"], (await client.GetAsync(Programs.Path))["running_experiment"]);

        var stopped = await client.PostAsync($"{Path}/{started["id"]}/stops");
        var put = await client.PutProgramAsync(ToNorth);

        Assert.Equal((HttpStatusCode.Created, "False", "stopped"), (stopped.Status, stopped["running"], stopped["ended_by"]));
        Assert.Equal((HttpStatusCode.OK, "2"), (put.Status, put["version"]));
    }

    [Fact]
    public async Task What_was_tried_is_a_version_and_an_older_experiment_can_still_be_read()
    {
        var client = (await railyard.OnboardAsync()).Client;
        var first = await client.PostAsync(Path, Wanted(ToSouth));
        await client.PostAsync($"{Path}/{first["id"]}/stops");
        await client.PostAsync(Path, Wanted(ToNorth));

        var old = await client.GetAsync($"{Path}/{first["id"]}");
        var versions = await client.GetAsync("/v1/routing/versions");
        var again = await client.PostAsync($"{Path}/{first["id"]}/stops");

        Assert.Equal((HttpStatusCode.OK, "1"), (old.Status, old["variant.version"]));
        Assert.Equal(HttpStatusCode.Created, again.Status);
        Assert.Equal(["experiment", "experiment"], versions.Body.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("cause").GetString()!));
    }

    [Fact]
    public async Task A_variant_that_falls_behind_by_more_than_the_guardrail_is_stopped_by_itself()
    {
        var client = (await railyard.OnboardAsync()).Client;
        await client.PutProgramAsync(ToSouth);
        var id = (await client.PostAsync(Path, Wanted(ToNorth)))["id"]!;

        for (var paid = 0; paid < MostPayments && await RunsAsync(client, id); paid++) await client.PayAsync(DeclinedByNorth);
        var ended = await Eventually.ThatAsync(() => client.GetAsync($"{Path}/{id}"), experiment => experiment["running"] == "False");
        var (attempts, _) = await client.RouteOfAsync(await client.PayAsync());

        Assert.Equal("guardrail_breached", ended["ended_by"]);
        Assert.Equal(("1", "0"), (ended["control.approval_rate"], ended["variant.approval_rate"]));
        Assert.Equal("1", attempts["routing.program_version"]);
    }

    [Theory]
    [InlineData(0, 3, 100, "share_percent")]
    [InlineData(50, 3, 100, "share_percent")]
    [InlineData(10, 0, 100, "guardrail_percentage_points")]
    [InlineData(10, 3, 9, "minimum_sample")]
    public async Task An_experiment_out_of_its_bounds_is_refused(int share, int guardrail, int sample, string field)
    {
        var client = (await railyard.OnboardAsync()).Client;

        var refused = await client.PostAsync(Path, Wanted(ToSouth, share, guardrail, sample));

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(field, refused.Body.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    static async Task<bool> RunsAsync(Client client, string id) => (await client.GetAsync($"{Path}/{id}"))["running"] == "True";

    static void AssertRuns(Reply reply) =>
        Assert.True(reply.Status == HttpStatusCode.Conflict && reply["code"] == "experiment_running", reply.Text);
}
