using System.Text;
using System.Text.Json;
using Railyard.App.Tests.Merchants;
using Railyard.App.Tests.Merchants.Payouts;
using Railyard.App.Tests.Settlement;
using Railyard.Local.Durable;
using Railyard.Local.Runtime;
using Railyard.Local.Runtime.Testing;

namespace Railyard.App.Tests.Operations;

/// <summary>
/// Orchestrations that were running when the code changed go on with it: histories that earlier code has left are taken
/// through today's orchestrators. Where one must do something else, it asks for its version and the older way stays; then
/// host.json has a new version, and its histories are recorded beside the old ones.
/// </summary>
public sealed class RecordedHistoriesTests
{
    const int MostOfOne = 4;
    static readonly DateTimeOffset Start = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Recorded =>
        [.. Directory.GetFiles(History.Folder, "*.json").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Recorded))]
    public async Task What_was_begun_with_earlier_code_goes_on_with_this(string file)
    {
        var history = History.Load(file);

        await history.ReplayAsync(History.Orchestrators[history.Orchestrator]);

        Assert.NotEmpty(history.Way);
    }

    [Fact]
    public async Task An_orchestrator_that_does_something_else_is_found_out()
    {
        var history = History.Load(Recorded.Select(row => row.Data).First(file => file.StartsWith("AuthorizePayment", StringComparison.Ordinal)));

        await Assert.ThrowsAsync<NonDeterministicOrchestration>(() => history.ReplayAsync(History.Orchestrators["ContinueAuthorized"]));
    }

    [Fact]
    public void Every_orchestrator_has_histories_of_the_version_that_is_started_now()
    {
        var version = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "host.json"))).RootElement
            .GetProperty("extensions").GetProperty("durableTask").GetProperty("defaultVersion").GetString();

        var recorded = Recorded.Select(row => History.Load(row.Data)).Where(history => history.Version == version)
            .Select(history => history.Orchestrator).Distinct();

        Assert.Equal(History.Orchestrators.Keys.Order(StringComparer.Ordinal), recorded.Order(StringComparer.Ordinal));
    }

    /// <summary>Records them anew: run it alone, after the version in host.json was raised, and commit what it wrote.</summary>
    [Fact(Explicit = true)]
    public async Task Record()
    {
        var time = new VirtualTime(Start);
        await using var app = await RunningApp.StartAsync(typeof(Containers).Assembly, new LocalOptions { Time = time }, Cancellation);
        await ActAsync(app, time);

        var ids = new List<string>();
        await foreach (var instance in app.Durable.GetAllInstancesAsync()) ids.Add(instance.InstanceId);
        var histories = ids.Select(id => History.Of(app.Engine, id)).OfType<History>();
        foreach (var ofOne in histories.GroupBy(history => history.Orchestrator))
            foreach (var (number, history) in ofOne.DistinctBy(history => history.Way).Take(MostOfOne).Index())
                history.Save($"{history.Orchestrator}-{history.Version}-{number + 1}.json");
    }

    // A little of everything that starts an orchestration.
    static async Task ActAsync(RunningApp app, VirtualTime time)
    {
        var @operator = new Client(app.Address, "ok_sandbox_local");
        var onboarded = await Onboarding.OnboardAsync(app.Address, @operator);
        var merchant = onboarded.Client;
        await merchant.PayAsync(capture: "automatic");
        foreach (var number in (string[])["4000000000000002", "4099000000000012", "4099000000000061", "4212345678901237"])
            await merchant.PostAsync("/v1/payments", Client.Payment(number: number), prefer: "respond-async");
        var held = await merchant.PayAsync();
        var captured = await merchant.PayAsync();
        await merchant.PostAsync($"/v1/payments/{captured["id"]}/captures", new { amount = 4_00 });
        await merchant.PostAsync($"/v1/payments/{captured["id"]}/refunds");
        await merchant.PostAsync($"/v1/payments/{held["id"]}/voids");
        await AnswerAsync(await merchant.PayAsync(number: "4212345678901237"));
        await ResolveAsync(app, @operator, "reverse", reference: null);
        await ResolveAsync(app, @operator, "done", reference: "8835");
        await SettleAsync(app, @operator, time);
        await PayOutAsync(new Paying(app), onboarded.Id);
        await @operator.PostAsync("/ops/v1/vault/rewraps");
        await merchant.PostAsync("/v1/routing/simulations", new { from = Start.AddMinutes(-5), to = Start.AddMinutes(-1) });
        var endpoint = await merchant.PostAsync("/v1/webhook-endpoints", new { url = "https://shop.example/hooks", events = new[] { "*" } });
        await merchant.PostAsync($"/v1/webhook-endpoints/{endpoint["id"]}/replays", new { from = Start.AddMinutes(-5), to = Start });
        await time.AdvanceAsync(TimeSpan.FromDays(11), Cancellation);
    }

    // Files that are read and that are not, and what operators do with them.
    static async Task SettleAsync(RunningApp app, Client @operator, VirtualTime time)
    {
        var good = Sdr.File(Sdr.Settled("8835000000000001", "8835000000000002"), Sdr.Payout("10.00"));
        var file = await @operator.PutAsync("/ops/v1/settlement-files/northbank/recorded.csv", Encoding.UTF8.GetBytes(good));
        await @operator.PutAsync("/ops/v1/settlement-files/northbank/unreadable.csv", Encoding.UTF8.GetBytes("Psp Reference\n"));
        var path = $"/ops/v1/settlement-files/{file["file_id"]}";
        await Eventually.ThatAsync(
            () => @operator.GetAsync(path), read => read["status"]?.StartsWith("reconciled", StringComparison.Ordinal) == true);
        await @operator.PostAsync($"{path}/exports", new { format = "csv" });
        foreach (var content in (string[])[Camt.File("RECORDED", Camt.Credit("10.00", "rent")), "<Document/>"])
            await @operator.PutAsync($"/ops/v1/bank-statements/main/recorded-{content.Length}.xml", Encoding.UTF8.GetBytes(content));
        await new FoundDiscrepancies(app).BulkAsync();
        // A bulk is of what was found before it was asked for.
        await time.AdvanceAsync(TimeSpan.FromSeconds(1), Cancellation);
        var counted = await @operator.PostAsync("/ops/v1/discrepancies/bulk-resolutions", Bulk(isDryRun: true, 0));
        var bulk = await @operator.PostAsync("/ops/v1/discrepancies/bulk-resolutions", Bulk(isDryRun: false, counted.Body.GetProperty("count").GetInt32()));
        Assert.True(bulk.Response.IsSuccessStatusCode, bulk.Text);

        object Bulk(bool isDryRun, int count) => new
        {
            filter = new { acquirer = "northbank", file_id = file["file_id"] },
            resolution = new { kind = "written_off", reason = "recorded" },
            dry_run = isDryRun,
            expected_count = count,
        };
    }

    static async Task PayOutAsync(Paying paying, string merchant)
    {
        await paying.AgreeAsync(merchant, Paying.Terms());
        await paying.SettleAsync(merchant, 100_00);
        var run = await paying.RunAsync(DateOnly.FromDateTime(Start.UtcDateTime).AddDays(1));
        await paying.ReleaseAsync(run["id"]!);
    }

    static async Task ResolveAsync(RunningApp app, Client @operator, string outcome, string? reference)
    {
        var payment = await new UnresolvedPayments(app).MakeAsync(capturesItself: outcome == "done");
        var subject = $"{payment.Replace("pay_", "att_", StringComparison.Ordinal)}_1";
        var resolved = await @operator.PostAsync(
            $"/ops/v1/unresolved-payments/{payment}/resolutions",
            new { subject, outcome, acquirer_reference = reference, reason = "recorded" });
        Assert.True(resolved.Response.IsSuccessStatusCode, resolved.Text);
    }

    // What the acquirer's page does for a cardholder.
    static async Task AnswerAsync(Reply asked)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent([new("result", "authenticate")]);
        using var answer = await http.PostAsync(new Uri(asked["action.url"]!), form, Cancellation);
        Assert.True(answer.IsSuccessStatusCode);
    }
}
