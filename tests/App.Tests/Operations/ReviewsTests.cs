using System.Net;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Operations;

/// <summary>What no machine could find out is listed with its evidence, and ends as a person says.</summary>
public sealed class ReviewsTests(RunningRailyard railyard)
{
    readonly Client merchant = railyard.Merchant;
    readonly Client @operator = railyard.Operator;

    [Fact]
    public async Task An_unresolved_payment_is_listed_and_goes_on_when_a_person_says_that_it_is_approved()
    {
        var payment = await UnresolvedAsync();
        var item = await ListedAsync(payment);

        var resolved = await ResolveAsync(payment, new { subject = item.Subject, outcome = "done", acquirer_reference = "8835", reason = "seen there" });

        Assert.Equal(("authorization", "asked in vain"), (item.Kind, item.Evidence));
        Assert.Equal((HttpStatusCode.Created, "authorized"), (resolved.Status, resolved["status"]));
        await NotListedAsync(payment);
        Assert.Equal(HttpStatusCode.Conflict, (await ResolveAsync(payment, new { subject = item.Subject, outcome = "not_done", reason = "no" })).Status);
    }

    [Fact]
    public async Task An_unresolved_payment_is_declined_when_a_person_says_that_it_is_not()
    {
        var payment = await UnresolvedAsync();
        var item = await ListedAsync(payment);

        var resolved = await ResolveAsync(payment, new { subject = item.Subject, outcome = "not_done", reason = "not there" });

        Assert.Equal("declined", resolved["status"]);
        await NotListedAsync(payment);
    }

    [Fact]
    public async Task What_is_to_be_reversed_is_reversed_and_then_declined()
    {
        var payment = await UnresolvedAsync();
        var item = await ListedAsync(payment);

        await ResolveAsync(payment, new { subject = item.Subject, outcome = "reverse", reason = "the shopper has gone" });

        await Eventually.ThatAsync(() => merchant.GetAsync($"/v1/payments/{payment}"), found => found["status"] == "declined");
    }

    [Fact]
    public async Task A_decision_that_does_not_fit_is_refused_and_changes_nothing()
    {
        var payment = await UnresolvedAsync();
        var item = await ListedAsync(payment);

        var unproven = await ResolveAsync(payment, new { subject = item.Subject, outcome = "done", reason = "I think so" });
        var elsewhere = await ResolveAsync(payment, new { subject = "att_other_1", outcome = "not_done", reason = "no" });
        var nobodys = await ResolveAsync("pay_0193526c2f2b7c6f8d2f0a1b2c3d4e5f", new { subject = "x", outcome = "done", reason = "no" });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "reference_missing"), (unproven.Status, unproven["code"]));
        Assert.Equal((HttpStatusCode.Conflict, "not_under_review"), (elsewhere.Status, elsewhere["code"]));
        Assert.Equal(HttpStatusCode.NotFound, nobodys.Status);
        Assert.Equal("unresolved", (await merchant.GetAsync($"/v1/payments/{payment}"))["status"]);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("cursor=mer_1")]
    [InlineData("status=open")]
    public async Task A_list_that_cannot_be_read_so_is_refused(string query)
    {
        var reply = await @operator.GetAsync($"/ops/v1/unresolved-payments?{query}");

        Assert.Equal((HttpStatusCode.BadRequest, "validation_failed"), (reply.Status, reply["code"]));
    }

    [Fact]
    public async Task A_key_that_said_one_thing_cannot_say_another()
    {
        var payment = await UnresolvedAsync();
        var item = await ListedAsync(payment);
        var path = $"/ops/v1/unresolved-payments/{payment}/resolutions";
        await @operator.PostAsync(path, new { subject = item.Subject, outcome = "not_done", reason = "not there" }, "key of one");

        var other = await @operator.PostAsync(path, new { subject = item.Subject, outcome = "reverse", reason = "no" }, "key of one");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_key_reused"), (other.Status, other["code"]));
    }

    [Fact]
    public async Task An_approval_of_another_amount_can_only_be_reversed_or_denied()
    {
        var payment = await UnresolvedAsync(new AttemptOutcome.Contradicted("8835", "asked in vain"));
        var item = await ListedAsync(payment);

        var used = await ResolveAsync(payment, new { subject = item.Subject, outcome = "done", acquirer_reference = "8835", reason = "fine" });

        Assert.Equal((HttpStatusCode.Conflict, "amount_contradicts"), (used.Status, used["code"]));
    }

    [Fact]
    public async Task A_capture_that_nobody_answered_is_not_reversed_but_settled()
    {
        var paid = await merchant.PayAsync();
        var payment = paid["id"]!;
        var capture = await new UnresolvedPayments(railyard.App).CaptureAsync(payment);
        var item = await ListedAsync(payment);

        var reversed = await ResolveAsync(payment, new { subject = capture, outcome = "reverse", reason = "no" });
        var done = await ResolveAsync(payment, new { subject = capture, outcome = "done", acquirer_reference = "9", reason = "seen" });

        Assert.Equal(("capture", capture), (item.Kind, item.Subject));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "outcome_does_not_fit"), (reversed.Status, reversed["code"]));
        Assert.Equal(("captured", "1000"), (done["status"], done["amount_captured"]));
    }

    Task<string> UnresolvedAsync(AttemptOutcome? outcome = null) => new UnresolvedPayments(railyard.App).MakeAsync(outcome);

    Task<Reply> ResolveAsync(string payment, object decision) =>
        @operator.PostAsync($"/ops/v1/unresolved-payments/{payment}/resolutions", decision);

    async Task<(string Kind, string Subject, string Evidence)> ListedAsync(string payment)
    {
        var found = await Eventually.ThatAsync(() => FindAsync(payment), item => item is not null);
        return found!.Value;
    }

    async Task NotListedAsync(string payment) => await Eventually.ThatAsync(() => FindAsync(payment), item => item is null);

    async Task<(string Kind, string Subject, string Evidence)?> FindAsync(string payment)
    {
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await @operator.GetAsync($"/ops/v1/unresolved-payments?limit=2{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            foreach (var item in page.Body.GetProperty("items").EnumerateArray())
                if (item.GetProperty("payment").GetString() == payment)
                    return (item.GetProperty("kind").GetString()!, item.GetProperty("subject").GetString()!, item.GetProperty("evidence").GetString()!);
            cursor = page["next_cursor"];
        }
        return null;
    }
}
