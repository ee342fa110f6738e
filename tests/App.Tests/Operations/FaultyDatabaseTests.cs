using System.Net;
using System.Text.Json;
using Railyard.Local.Runtime;
using Railyard.Local.Runtime.Testing;

namespace Railyard.App.Tests.Operations;

/// <summary>
/// Payments while Cosmos DB throttles, fails and loses answers by plan: none is charged twice or lost, and what was not
/// answered for good is answered under the same key.
/// </summary>
public sealed class FaultyDatabaseTests(ITestOutputHelper output)
{
    const int PaymentsPerSeed = 12;
    const int AtOnce = 4;
    static readonly TimeSpan AnsweredWithin = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Under_five_seeds_of_database_faults_every_payment_is_made_once_and_answered()
    {
        await using var app = await RunningApp.StartAsync(
            typeof(Containers).Assembly, new LocalOptions(), Cancellation);
        var merchant = new Client(app.Address, "sk_sandbox_local");

        for (var seed = 1; seed <= 5; seed++)
        {
            var plan = FaultPlan.Cosmos(seed);
            app.Inject(plan);
            var made = new List<Made>();
            foreach (var numbers in Enumerable.Range(0, PaymentsPerSeed).Chunk(AtOnce))
                made.AddRange(await Task.WhenAll(numbers.Select(number => PayAsync(merchant, plan, number))));
            app.Inject(null);
            output.WriteLine($"{plan}");

            foreach (var one in made) await AuditAsync(app, merchant, plan, one);
        }
    }

    /// <summary>What was sent, and which payment came of it.</summary>
    sealed record Made(string Key, object Body, string Id);

    static async Task<Made> PayAsync(Client merchant, FaultPlan plan, int number)
    {
        var key = $"faulty {plan.Seed} {number}";
        var body = Client.Payment(
            10_00 + number, "automatic", number % 4 == 3 ? "4099000000000012" : Client.GoodCard, reference: key);
        return new Made(key, body, (await UntilFinalAsync(merchant, plan, key, body))["id"]!);
    }

    // Every answer is final or asks for the same request again; anything else is a fault of the app.
    static async Task<Reply> UntilFinalAsync(Client merchant, FaultPlan plan, string key, object body)
    {
        // Where even giving the lease back failed, the key is free again only when the lease is over.
        var begin = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begin) < AnsweredWithin)
        {
            var reply = await merchant.PostAsync("/v1/payments", body, key, prefer: "wait=2");
            if (reply.Status == HttpStatusCode.Created) return reply;
            Assert.True(
                reply.Status is HttpStatusCode.Accepted or HttpStatusCode.Conflict or HttpStatusCode.InternalServerError
                    or HttpStatusCode.ServiceUnavailable,
                $"{plan}: '{key}' is answered with {reply.Status}: {reply.Text}");
            await Task.Delay(Pause, TimeProvider.System, Cancellation);
        }
        throw new Xunit.Sdk.XunitException($"{plan}: '{key}' is never answered for good.");
    }

    static async Task AuditAsync(RunningApp app, Client merchant, FaultPlan plan, Made made)
    {
        var payment = await Eventually.ThatAsync(
            () => merchant.GetAsync($"/v1/payments/{made.Id}"), reply => reply["status"] == "captured");
        var again = await merchant.PostAsync("/v1/payments", made.Body, made.Key);
        var books = await Task.WhenAll(app.Acquirers.Values.Select(
            acquirer => new Client(acquirer, key: null).GetAsync($"/sim/book?reference={made.Id}")));

        Assert.Equal(made.Id, again["id"]);
        Assert.True(
            books.Sum(book => book.Body.GetProperty("live_approvals").GetInt32()) == 1,
            $"{plan}: {made.Id} is approved more or less than once: {string.Join('\n', books.Select(book => book.Text))}");
        Assert.Equal(
            payment.Body.GetProperty("amount_captured").GetInt64(),
            books.Sum(book => book.Body.GetProperty("payments").EnumerateArray().Sum(Captured)));
    }

    static long Captured(JsonElement booked) => booked.GetProperty("captured").GetInt64();
}
