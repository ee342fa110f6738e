using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Reconciliation;
using Railyard.App.Tests.Operations;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;

namespace Railyard.App.Tests.Settlement;

/// <summary>What people do about discrepancies, and what they cannot do alone.</summary>
public sealed class DiscrepancyLifeTests(ReconcilingRailyard railyard) : IClassFixture<ReconcilingRailyard>
{
    const string Bulk = "/ops/v1/discrepancies/bulk-resolutions";

    Client Second => new(railyard.App.Address, "ok_sandbox_second");

    FoundDiscrepancies Found => new(railyard.App);

    [Fact]
    public async Task A_discrepancy_is_assigned_noted_and_accepted_and_its_history_tells_who_when_and_why()
    {
        var id = await Found.MakeAsync();

        var assigned = await StepAsync(id, "assignments", new { to = "anna", text = "please ask" });
        await StepAsync(id, "notes", new { text = "they answer tomorrow" });
        var resolved = await StepAsync(id, "resolutions", new { kind = "accepted", reason = "as they say" });
        var again = await StepAsync(id, "resolutions", new { kind = "corrected", reason = "no" });
        var read = await railyard.Operator.GetAsync($"/ops/v1/discrepancies/{id}");

        Assert.Equal(("assigned", "anna"), (assigned["status"]!, assigned["assigned_to"]!));
        Assert.Equal(("resolved", "accepted"), (resolved["status"]!, resolved["resolution.kind"]!));
        Assert.Equal((HttpStatusCode.Conflict, "discrepancy_not_open"), (again.Status, again["code"]));
        Assert.Equal(["assigned", "noted", "resolved"], History(read).Select(entry => entry.GetProperty("act").GetString()));
        Assert.All(History(read), entry => Assert.StartsWith("key_", entry.GetProperty("by").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_counterpart_that_comes_late_closes_an_assigned_discrepancy_exactly_once()
    {
        var file = await railyard.ReconcileAsync("assigned.csv", Sdr.File(Sdr.Settled("ASG1", "ASGM1", "50.00"), Sdr.Payout("50.00")));
        var id = Assert.Single(await railyard.DiscrepanciesAsync(file["file_id"]!))["id"]!;
        await StepAsync(id, "assignments", new { to = "anna" });

        await railyard.PublishCaptureAsync(new ConfirmedOperation(
            new OperationId("cap_ASG1"), new Money(50_00, Currency.Of("EUR")), new AcquirerName("southbank"), "ASG1", "ASGM1"));
        var closed = await Eventually.ThatAsync(
            () => railyard.Operator.GetAsync($"/ops/v1/discrepancies/{id}"), found => found["status"] == "closed");
        await railyard.JoinAgainAsync(file["file_id"]!);

        Assert.Equal(file["file_id"], closed["closed_by.file_id"]);
        Assert.Equal(closed.Text, (await railyard.Operator.GetAsync($"/ops/v1/discrepancies/{id}")).Text);
    }

    [Fact]
    public async Task What_is_written_off_above_the_limit_takes_two_operators()
    {
        var id = await Found.MakeAsync(500_00);

        var proposed = await StepAsync(id, "resolutions", new { kind = "written_off", reason = "lost" });
        var meanwhile = await StepAsync(id, "assignments", new { to = "anna" });
        var alone = await StepAsync(id, "approvals", null);
        var approved = await StepAsync(id, "approvals", new { text = "checked" }, Second);
        var twice = await StepAsync(id, "approvals", null, Second);

        Assert.Equal((HttpStatusCode.Created, "proposed"), (proposed.Status, proposed["status"]));
        Assert.Equal((HttpStatusCode.Conflict, "resolution_proposed"), (meanwhile.Status, meanwhile["code"]));
        Assert.Equal((HttpStatusCode.Conflict, "same_operator"), (alone.Status, alone["code"]));
        Assert.Equal("resolved", approved["status"]);
        Assert.NotEqual(approved["resolution.by"], approved["resolution.approved_by"]);
        Assert.Equal((HttpStatusCode.Conflict, "discrepancy_not_open"), (twice.Status, twice["code"]));
    }

    [Fact]
    public async Task What_another_operator_rejects_is_open_again()
    {
        var id = await Found.ProposedAsync();

        var rejected = await StepAsync(id, "rejections", new { text = "they will pay" });
        var nothing = await StepAsync(id, "rejections", new { text = "again" });
        var unproposed = await StepAsync(id, "approvals", null);

        Assert.Equal("open", rejected["status"]);
        Assert.Equal((HttpStatusCode.Conflict, "no_resolution_proposed"), (nothing.Status, nothing["code"]));
        Assert.Equal((HttpStatusCode.Conflict, "no_resolution_proposed"), (unproposed.Status, unproposed["code"]));
    }

    [Fact]
    public async Task A_duplicate_names_another_discrepancy_and_never_itself()
    {
        var (id, other) = (await Found.MakeAsync(), await Found.MakeAsync());

        var itself = await StepAsync(id, "resolutions", new { kind = "duplicate_of", reason = "same", duplicate_of = id });
        var unsaid = await StepAsync(id, "resolutions", new { kind = "duplicate_of", reason = "same" });
        var named = await StepAsync(id, "resolutions", new { kind = "duplicate_of", reason = "same", duplicate_of = other });

        Assert.Equal((HttpStatusCode.Conflict, "duplicate_of_itself"), (itself.Status, itself["code"]));
        Assert.Equal((HttpStatusCode.BadRequest, "validation_failed"), (unsaid.Status, unsaid["code"]));
        Assert.Equal((other, "resolved"), (named["resolution.duplicate_of"]!, named["status"]!));
    }

    [Theory]
    [InlineData("assignments")]
    [InlineData("notes")]
    [InlineData("resolutions")]
    [InlineData("approvals")]
    [InlineData("rejections")]
    public async Task A_step_under_the_key_of_another_or_on_what_has_ended_is_refused(string step)
    {
        var id = await Found.ProposedAsync();
        object body = step switch
        {
            "assignments" => new { to = "anna" },
            "resolutions" => new { kind = "corrected", reason = "done" },
            _ => new { text = "seen" },
        };
        object another = step switch
        {
            "assignments" => new { to = "otto" },
            "resolutions" => new { kind = "corrected", reason = "other" },
            _ => new { text = "other" },
        };

        var first = await railyard.Operator.PostAsync($"/ops/v1/discrepancies/{id}/{step}", body, $"key of {step}");
        var other = await railyard.Operator.PostAsync($"/ops/v1/discrepancies/{id}/{step}", another, $"key of {step}");
        await StepAsync(id, "approvals", null);
        var late = await StepAsync(id, step, body);

        Assert.True(first.Status is HttpStatusCode.Created or HttpStatusCode.Conflict, first.Text);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_key_reused"), (other.Status, other["code"]));
        if (step is "assignments" or "resolutions" or "approvals")
            Assert.Equal((HttpStatusCode.Conflict, "discrepancy_not_open"), (late.Status, late["code"]));
    }

    [Fact]
    public async Task A_rejection_of_what_has_ended_is_refused()
    {
        var id = await Found.ProposedAsync();
        await StepAsync(id, "approvals", null);

        var late = await StepAsync(id, "rejections", new { text = "no" });

        Assert.Equal((HttpStatusCode.Conflict, "discrepancy_not_open"), (late.Status, late["code"]));
    }

    [Fact]
    public async Task A_full_history_takes_nothing_but_an_end()
    {
        var id = new DiscrepancyId(await Found.MakeAsync());
        await railyard.App.Services.GetRequiredService<DiscrepancyStore>().ChangeAsync(
            id,
            new AcquirerName("northbank"),
            found => found with
            {
                History = [.. Enumerable.Range(0, DiscrepancyLife.MostEntries)
                    .Select(i => new DiscrepancyEntry(TimeProvider.System.GetUtcNow(), "key_1", DiscrepancyAct.Noted, $"{i}"))],
            },
            TestContext.Current.CancellationToken);

        var note = await StepAsync(id.Value, "notes", new { text = "one more" });
        var assignment = await StepAsync(id.Value, "assignments", new { to = "anna" });
        var end = await StepAsync(id.Value, "resolutions", new { kind = "corrected", reason = "done" });

        Assert.Equal((HttpStatusCode.Conflict, "history_full"), (note.Status, note["code"]));
        Assert.Equal((HttpStatusCode.Conflict, "history_full"), (assignment.Status, assignment["code"]));
        Assert.Equal("resolved", end["status"]);
    }

    [Fact]
    public async Task A_bulk_is_counted_first_ends_as_many_and_run_again_ends_none()
    {
        var file = $"fil_{Guid.CreateVersion7():N}";
        foreach (var cents in new long[] { 10_00, 20_00, 500_00 }) await Found.MakeAsync(cents, DiscrepancyKind.Duplicate, file);
        var order = (bool isDryRun, int? expected) => new
        {
            filter = new { acquirer = "northbank", kind = "duplicate", file_id = file },
            resolution = new { kind = "written_off", reason = "old" },
            dry_run = isDryRun,
            expected_count = expected ?? 0,
        };

        var counted = await railyard.Operator.PostAsync(Bulk, order(true, null));
        var wrong = await railyard.Operator.PostAsync(Bulk, order(false, 2));
        var begun = await railyard.Operator.PostAsync(Bulk, order(false, 3), "bulk one");
        var other = await railyard.Operator.PostAsync(Bulk, order(false, 2), "bulk one");
        var done = await Eventually.ThatAsync(
            () => railyard.Operator.GetAsync($"/ops/v1/bulk-resolutions/{begun["id"]}"), bulk => bulk["status"] == "done");
        var left = await railyard.Operator.PostAsync(Bulk, order(true, null));

        Assert.Equal(("3", """[{"currency":"EUR","count":3,"amount":53000}]"""), (counted["count"]!, counted["values"]!));
        Assert.Equal((HttpStatusCode.Conflict, "count_differs"), (wrong.Status, wrong["code"]));
        Assert.Equal(HttpStatusCode.Accepted, begun.Status);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_key_reused"), (other.Status, other["code"]));
        Assert.Equal(("2", "1", "0"), (done["resolved"]!, done["proposed"]!, done["left"]!));
        Assert.Equal("0", left["count"]);
    }

    [Fact]
    public async Task A_bulk_of_more_than_a_thousand_is_refused()
    {
        var file = $"fil_{Guid.CreateVersion7():N}";
        await Parallel.ForEachAsync(
            Enumerable.Range(0, BulkResolutions.MostAtOnce + 1),
            TestContext.Current.CancellationToken,
            async (_, _) => await Found.MakeAsync(1, DiscrepancyKind.Duplicate, file));

        var reply = await railyard.Operator.PostAsync(Bulk, new
        {
            filter = new { acquirer = "northbank", file_id = file }, resolution = new { kind = "corrected", reason = "x" }, dry_run = true,
        });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "too_many_discrepancies"), (reply.Status, reply["code"]));
    }

    [Fact]
    public async Task A_bulk_of_an_unknown_acquirer_is_not_found()
    {
        var reply = await railyard.Operator.PostAsync(Bulk, new
        {
            filter = new { acquirer = "nobank" }, resolution = new { kind = "corrected", reason = "x" }, dry_run = true,
        });

        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (reply.Status, reply["code"]));
    }

    [Fact]
    public async Task Lists_and_the_summary_go_by_age_kind_and_assignee()
    {
        var id = await Found.MakeAsync(1_23);
        await StepAsync(id, "assignments", new { to = "berta" });

        var mine = await railyard.Operator.GetAsync("/ops/v1/discrepancies?assigned_to=berta&age=up_to_one_day&kind=missing_here");
        var old = await railyard.Operator.GetAsync("/ops/v1/discrepancies?assigned_to=berta&age=over_thirty_days");
        var summary = await railyard.Operator.GetAsync("/ops/v1/discrepancy-summary?acquirer=northbank");
        var nobody = await railyard.Operator.GetAsync("/ops/v1/discrepancy-summary?acquirer=nobank");
        var unknown = await railyard.Operator.GetAsync("/ops/v1/discrepancy-summary?colour=red");

        Assert.Equal(id, Assert.Single(mine.Body.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());
        Assert.Empty(old.Body.GetProperty("items").EnumerateArray());
        Assert.Contains(summary.Body.GetProperty("items").EnumerateArray(), row => row.GetProperty("age").GetString() == "up_to_one_day");
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.BadRequest), (nobody.Status, unknown.Status));
    }

    [Fact]
    public async Task The_ledger_is_told_again_of_a_resolution_after_which_the_app_had_died()
    {
        var id = new DiscrepancyId(await Found.MakeAsync());
        var store = railyard.App.Services.GetRequiredService<DiscrepancyStore>();
        var northbank = new AcquirerName("northbank");
        await store.ChangeAsync(
            id, northbank,
            found => found with { State = new DiscrepancyState.Resolved(new Resolution(ResolutionKind.Corrected, "done"), "key_1", null) },
            TestContext.Current.CancellationToken);
        var before = await store.DueToLedgerAsync(northbank, 100, TestContext.Current.CancellationToken);

        await railyard.App.Services.GetRequiredService<ResolutionDesk>().CatchUpAsync(100, TestContext.Current.CancellationToken);

        Assert.Contains(before, due => due.Id == id);
        Assert.DoesNotContain(await store.DueToLedgerAsync(northbank, 100, TestContext.Current.CancellationToken), due => due.Id == id);
    }

    Task<Reply> StepAsync(string id, string step, object? body, Client? by = null) =>
        (by ?? railyard.Operator).PostAsync($"/ops/v1/discrepancies/{id}/{step}", body);

    static List<JsonElement> History(Reply reply) => [.. reply.Body.GetProperty("history").EnumerateArray()];
}
