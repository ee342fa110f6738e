using System.Net;

namespace Railyard.App.Tests.Payments;

public sealed class IdempotencyTests(RunningRailyard railyard)
{
    readonly Client merchant = railyard.Merchant;

    [Fact]
    public async Task The_same_request_again_is_answered_the_same_and_says_so()
    {
        var key = Guid.CreateVersion7().ToString();

        var first = await merchant.PostAsync("/v1/payments", Client.Payment(), key);
        var again = await merchant.PostAsync("/v1/payments", Client.Payment(), key);

        Assert.Equal((first.Status, first.Text), (again.Status, again.Text));
        Assert.Equal(first.Header("Location"), again.Header("Location"));
        Assert.Equal((null, "true"), (first.Header("Idempotent-Replayed"), again.Header("Idempotent-Replayed")));
    }

    [Fact]
    public async Task White_space_and_the_order_of_members_are_no_other_body()
    {
        var key = Guid.CreateVersion7().ToString();
        const string Card = """{"number":"4111111111111111","exp_month":3,"exp_year":2030}""";

        var first = await merchant.PostRawAsync(
            "/v1/payments", $$$"""{"amount":100,"currency":"EUR","payment_method":{"type":"card","card":{{{Card}}}}}""", headers: ("Idempotency-Key", key));
        var again = await merchant.PostRawAsync(
            "/v1/payments", $$$"""{ "currency": "EUR", "payment_method": {"card":{{{Card}}}, "type":"card"}, "amount": 100 }""", headers: ("Idempotency-Key", $"\"{key}\""));

        Assert.Equal(first["id"], again["id"]);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        var key = Guid.CreateVersion7().ToString();
        await merchant.PostAsync("/v1/payments", Client.Payment(1_00), key);

        var other = await merchant.PostAsync("/v1/payments", Client.Payment(2_00), key);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_key_reused"), (other.Status, other["code"]!));
    }

    [Fact]
    public async Task A_request_whose_first_is_still_running_is_told_when_to_come_back()
    {
        var key = Guid.CreateVersion7().ToString();
        var slow = Client.Payment(number: "4099000000000053");
        Task<Reply>[] both = [merchant.PostAsync("/v1/payments", slow, key), merchant.PostAsync("/v1/payments", slow, key)];

        var refused = await await Task.WhenAny(both);
        var done = (await Task.WhenAll(both)).Single(reply => !ReferenceEquals(reply, refused));

        Assert.Equal((HttpStatusCode.Conflict, "idempotency_key_in_flight"), (refused.Status, refused["code"]!));
        Assert.InRange(int.Parse(refused.Header("Retry-After")!), 1, 15);
        Assert.Equal(HttpStatusCode.Created, done.Status);
        Assert.Equal(done["id"], (await merchant.PostAsync("/v1/payments", slow, key))["id"]);
    }

    [Fact]
    public async Task Fifty_identical_requests_at_once_make_exactly_one_payment()
    {
        var key = Guid.CreateVersion7().ToString();
        var reference = $"fifty {key}";

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(
            _ => merchant.PostAsync("/v1/payments", Client.Payment(reference: reference), key)));

        Assert.All(replies, reply => Assert.True(reply.Status is HttpStatusCode.Created or HttpStatusCode.Conflict, reply.Text));
        var id = Assert.Single(replies.Where(reply => reply.Status == HttpStatusCode.Created).Select(reply => reply["id"]).Distinct())!;
        Assert.Equal(1, await Book.ApprovalsAsync(railyard, id));
    }

    [Fact]
    public async Task A_capture_asked_for_twice_with_one_key_captures_once()
    {
        var payment = $"/v1/payments/{(await merchant.PayAsync(10_00))["id"]}";
        var key = Guid.CreateVersion7().ToString();

        var first = await merchant.PostAsync($"{payment}/captures", new { amount = 4_00 }, key);
        var again = await merchant.PostAsync($"{payment}/captures", new { amount = 4_00 }, key);

        Assert.Equal(first["id"], again["id"]);
        Assert.Equal("400", (await merchant.GetAsync(payment))["amount_captured"]);
    }

    [Fact]
    public async Task A_refusal_is_answered_the_same_again()
    {
        var payment = $"/v1/payments/{(await merchant.PayAsync(10_00))["id"]}";
        var key = Guid.CreateVersion7().ToString();

        var first = await merchant.PostAsync($"{payment}/captures", new { amount = 10_01 }, key);
        await merchant.PostAsync($"{payment}/captures");
        var again = await merchant.PostAsync($"{payment}/captures", new { amount = 10_01 }, key);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "exceeds_capturable"), (first.Status, first["code"]!));
        Assert.Equal((first.Status, first.Text, first.ContentType), (again.Status, again.Text, again.ContentType));
    }

    [Fact]
    public async Task One_key_serves_another_operation_anew()
    {
        var payment = $"/v1/payments/{(await merchant.PayAsync(10_00))["id"]}";
        var key = Guid.CreateVersion7().ToString();

        var capture = await merchant.PostAsync($"{payment}/captures", null, key);
        var refund = await merchant.PostAsync($"{payment}/refunds", null, key);

        Assert.Equal(("capture", "refund"), (capture["type"]!, refund["type"]!));
    }
}

/// <summary>What the simulated acquirers really did.</summary>
static class Book
{
    /// <summary>How many live approvals all acquirers together hold for a payment.</summary>
    public static async Task<int> ApprovalsAsync(RunningRailyard railyard, string payment)
    {
        var approvals = 0;
        foreach (var name in railyard.App.Acquirers.Keys)
            approvals += (await railyard.Acquirer(name).GetAsync($"/sim/book?reference={payment}")).Body.GetProperty("live_approvals").GetInt32();
        return approvals;
    }
}
