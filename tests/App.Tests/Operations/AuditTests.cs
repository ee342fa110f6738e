using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Railyard.App.Operations;
using Railyard.Core.Merchants;
using Railyard.Core.Operations;
using Railyard.Local.Runtime;

namespace Railyard.App.Tests.Operations;

/// <summary>An app of its own: one test here changes what was written.</summary>
public sealed class AuditedRailyard : IAsyncLifetime
{
    RunningApp? app;

    public RunningApp App => app!;

    public Client Operator => new(App.Address, "ok_sandbox_local");

    public async ValueTask InitializeAsync() =>
        app = await RunningApp.StartAsync(typeof(Containers).Assembly, new LocalOptions(), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }
}

/// <summary>What operators change is written down before it is done and afterwards, and cannot be changed unseen.</summary>
public sealed class AuditTests(AuditedRailyard railyard) : IClassFixture<AuditedRailyard>
{
    const int Appenders = 4;
    const int EachAppends = 10;

    readonly Client @operator = railyard.Operator;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_is_written_down_before_and_after_with_its_key_and_its_outcome()
    {
        var made = await @operator.PostAsync("/ops/v1/merchants", new { name = "Audited" });
        var refused = await @operator.PostAsync("/ops/v1/merchants", new { name = 5 });

        var (begun, ended) = await LastOfAsync("CreateMerchant", skip: 1);
        var (_, refusal) = await LastOfAsync("CreateMerchant");
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.BadRequest), (made.Status, refused.Status));
        Assert.Equal(("begun", null, "key_sandbox_operators", "/ops/v1/merchants"), (begun["step"], begun["status"], begun["operator"], begun["subject"]));
        Assert.Equal(("ended", "201", begun["id"]), (ended["step"], ended["status"], ended["id"]));
        Assert.Equal("400", refusal["status"]);
    }

    [Fact]
    public async Task A_look_and_a_stranger_are_not_written_down()
    {
        await VerifyAsync();
        var before = (await PageAsync()).Count;

        await @operator.GetAsync("/ops/v1/merchants");
        await new Client(railyard.App.Address, "ok_nobody").PostAsync("/ops/v1/merchants", new { name = "No" });
        await new Client(railyard.App.Address, "sk_sandbox_local").PostAsync("/ops/v1/merchants", new { name = "No" });

        Assert.Equal(before, (await PageAsync()).Count);
    }

    [Fact]
    public async Task Several_instances_append_to_one_chain_and_it_never_forks()
    {
        var containers = railyard.App.Services.GetRequiredService<Containers>();
        var instances = Enumerable.Range(0, Appenders).Select(_ => new AuditLog(containers, NullLogger<AuditLog>.Instance)).ToList();

        var appended = await Task.WhenAll(instances.Select(async (instance, number) =>
        {
            var entries = new List<AuditEntry>();
            for (var i = 0; i < EachAppends; i++) entries.Add(await instance.AppendAsync(Act($"aud_{number}_{i}"), Cancellation));
            return entries;
        }));

        var sequences = appended.SelectMany(entries => entries).Select(entry => entry.Sequence).ToList();
        Assert.Equal(Appenders * EachAppends, sequences.Distinct().Count());
        Assert.Equal("intact", (await VerifyAsync())["status"]);
        instances.ForEach(instance => instance.Dispose());
    }

    [Fact]
    public async Task What_was_changed_afterwards_is_found_and_what_comes_after_a_known_place_is_verified_alone()
    {
        await @operator.PostAsync("/ops/v1/merchants", new { name = "Changed" });
        await @operator.PostAsync("/ops/v1/merchants", new { name = "Later" });
        var (begun, ended) = await LastOfAsync("CreateMerchant", skip: 1);
        var document = $"{begun.Body.GetProperty("sequence").GetInt64():D12}";

        await RewriteAsync(document, "somebody else");
        var broken = await VerifyAsync();
        var rest = await @operator.GetAsync($"/ops/v1/audit/verification?cursor={begun["sequence"]}");
        await RewriteAsync(document, begun["operator"]!);

        Assert.Equal(("broken", begun["sequence"], "content_changed"), (broken["status"], broken["broken_at"], broken["why"]));
        Assert.Equal("intact", rest["status"]);
        Assert.Equal("intact", (await VerifyAsync())["status"]);
        Assert.NotNull(ended["hash"]);
    }

    [Theory]
    [InlineData("audit?limit=0")]
    [InlineData("audit?cursor=-1")]
    [InlineData("audit/verification?cursor=first")]
    [InlineData("audit/verification?limit=5")]
    public async Task What_cannot_be_read_so_is_refused(string query)
    {
        var reply = await @operator.GetAsync($"/ops/v1/{query}");

        Assert.Equal((HttpStatusCode.BadRequest, "validation_failed"), (reply.Status, reply["code"]));
    }

    static AuditAct Act(string id) => new(
        id, AuditStep.Begun, new ApiKeyId("key_test"), "CreateMerchant", "/ops/v1/merchants",
        TimeProvider.System.GetUtcNow(), Status: null, Note: null);

    async Task RewriteAsync(string document, string by)
    {
        var audit = railyard.App.Services.GetRequiredService<Containers>().Audit;
        var kept = (await audit.FindAsync<AuditDocument>(document, "operators", Cancellation))!;
        var entry = kept.Value.Entry with { Act = kept.Value.Entry.Act with { Operator = new ApiKeyId(by) } };
        await audit.UpsertAsync(kept.Value with { Entry = entry }, "operators", Cancellation);
    }

    async Task<Reply> VerifyAsync()
    {
        var reply = await @operator.GetAsync("/ops/v1/audit/verification");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        return reply;
    }

    async Task<IReadOnlyList<Reply>> PageAsync()
    {
        var page = await @operator.GetAsync("/ops/v1/audit?limit=100");
        return [.. page.Body.GetProperty("items").EnumerateArray().Select(item => new Reply(page.Status, item.GetRawText(), page.Response))];
    }

    async Task<(Reply Begun, Reply Ended)> LastOfAsync(string action, int skip = 0)
    {
        var ended = (await PageAsync()).Where(one => one["action"] == action && one["step"] == "ended").Skip(skip).First();
        return ((await PageAsync()).Single(one => one["id"] == ended["id"] && one["step"] == "begun"), ended);
    }
}
