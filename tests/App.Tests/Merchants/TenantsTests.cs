using System.Net;
using Railyard.App.Tests.Merchants.Payouts;

namespace Railyard.App.Tests.Merchants;

/// <summary>One merchant's object is to another as one that was never made, over every route that names one.</summary>
public sealed class TenantsTests(RunningRailyard railyard)
{
    // What a parameter of a route stands for, by the route's beginning. A new kind of object needs its line here.
    static readonly (string Route, Func<Onboarded, RunningRailyard, Task<string>> Make, string Unknown)[] Objects =
    [
        ("v1/payments/", async (owner, _) => (await owner.Client.PayAsync())["id"]!, "pay_0193526c2f2b7c6f8d2f0a1b2c3d4e5f"),
        ("v1/webhook-endpoints/", async (owner, _) => await EndpointAsync(owner.Client), "whe_0193526c2f2b7c6f8d2f0a1b2c3d4e5f"),
        ("v1/routing/experiments/", async (owner, _) => await ExperimentAsync(owner.Client), "exp_0193526c2f2b7c6f8d2f0a1b2c3d4e5f"),
        ("v1/routing/simulations/", async (owner, _) => await SimulationAsync(owner.Client), "sim_0193526c2f2b7c6f8d2f0a1b2c3d4e5f"),
        ("v1/payouts/", async (owner, railyard) => await new Paying(railyard.App).PayoutAsync(owner.Id), "pyt_0193526c2f2b8c6f8d2f0a1b2c3d4e5f"),
        ("v1/card-tokens/", async (owner, _) => await TokenAsync(owner.Client), "tok_0193526c2f2b7c6f8d2f0a1b2c3d4e5f"),
    ];

    [Fact]
    public async Task Another_merchants_object_is_not_found_in_the_very_words_of_one_that_is_not_there()
    {
        var (owner, other) = (await railyard.OnboardAsync(), await railyard.OnboardAsync());
        foreach (var (route, make, unknown) in Objects)
        {
            var id = await make(owner, railyard);
            foreach (var function in Naming(route))
            {
                var theirs = await CallAsync(other.Client, function, id);
                var nobodys = await CallAsync(other.Client, function, unknown);

                Assert.Equal((function, HttpStatusCode.NotFound), (function, theirs.Status));
                Assert.Equal((function, nobodys.Text), (function, theirs.Text));
                Assert.DoesNotContain(id, theirs.Text, StringComparison.Ordinal);
                Assert.Equal(Headers(nobodys), Headers(theirs));
            }
        }
    }

    [Fact]
    public void Every_merchants_route_that_names_an_object_is_tried() =>
        Assert.Empty(HttpFunction.All.Where(function => function.IsMerchants && function.HasParameters)
            .Except(Objects.SelectMany(one => Naming(one.Route))));

    [Fact]
    public async Task Another_merchants_token_pays_nothing()
    {
        var (owner, other) = (await railyard.OnboardAsync(), await railyard.OnboardAsync());

        var theirs = await PayWithAsync(other.Client, await TokenAsync(owner.Client));
        var nobodys = await PayWithAsync(other.Client, "tok_0193526c2f2b7c6f8d2f0a1b2c3d4e5f");

        Assert.Equal((HttpStatusCode.BadRequest, nobodys.Text), (theirs.Status, theirs.Text));
    }

    [Fact]
    public async Task A_list_holds_the_callers_own_payments_only()
    {
        var (owner, other) = (await railyard.OnboardAsync(), await railyard.OnboardAsync());
        var id = (await owner.Client.PayAsync())["id"]!;

        await Eventually.ThatAsync(
            () => owner.Client.GetAsync("/v1/payments"), reply => reply.Text.Contains(id, StringComparison.Ordinal));
        var theirs = await other.Client.GetAsync("/v1/payments");

        Assert.Equal(0, theirs.Body.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task The_same_idempotency_key_of_two_merchants_makes_two_payments()
    {
        var (one, other) = (await railyard.OnboardAsync(), await railyard.OnboardAsync());
        var key = Guid.CreateVersion7().ToString();

        var first = await one.Client.PostAsync("/v1/payments", Client.Payment(), key);
        var second = await other.Client.PostAsync("/v1/payments", Client.Payment(), key);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.Status, second.Status));
        Assert.NotEqual(first["id"], second["id"]);
    }

    static IEnumerable<HttpFunction> Naming(string route) => HttpFunction.All.Where(
        function => function.HasParameters && function.Route.StartsWith(route, StringComparison.Ordinal));

    // The body must be right, so that it is the object that is not found.
    static object? BodyFor(HttpFunction function) => function.Name switch
    {
        "ChangeWebhookEndpoint" => new { description = "mine now" },
        "StartReplay" => new { from = "2026-11-01T00:00:00Z", to = "2026-11-02T00:00:00Z" },
        _ => null,
    };

    static Task<Reply> CallAsync(Client client, HttpFunction function, string id) => client.SendAsync(
        new HttpMethod(function.Method), function.Path(_ => id), BodyFor(function), ("If-Match", "*"));

    static List<string> Headers(Reply reply) => reply.Response.Headers.Select(header => header.Key)
        .Concat(reply.Response.Content.Headers.Select(header => header.Key)).Order(StringComparer.Ordinal).ToList();

    static async Task<string> TokenAsync(Client client)
    {
        var card = new { number = Client.GoodCard, exp_month = 3, exp_year = 2030 };
        return (await client.PostAsync("/v1/card-tokens", new { card }))["id"]!;
    }

    static async Task<string> EndpointAsync(Client client)
    {
        var made = await client.PostAsync("/v1/webhook-endpoints", new { url = "https://shop.example/hooks", events = new[] { "*" } });
        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        return made["id"]!;
    }

    static async Task<string> ExperimentAsync(Client client)
    {
        var program = new { rules = Array.Empty<object>(), otherwise = new { optimise = new { } } };
        var made = await client.PostAsync(
            "/v1/routing/experiments",
            new { program, share_percent = 10, guardrail_percentage_points = 3, minimum_sample = 500 });
        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        return made["id"]!;
    }

    static async Task<string> SimulationAsync(Client client)
    {
        var made = await client.PostAsync(
            "/v1/routing/simulations", new { from = "2026-11-01T00:00:00Z", to = "2026-11-02T00:00:00Z" });
        Assert.True(made.Status == HttpStatusCode.Accepted, made.Text);
        return made["id"]!;
    }

    static Task<Reply> PayWithAsync(Client client, string token) => client.PostAsync(
        "/v1/payments", new { amount = 100, currency = "EUR", payment_method = new { type = "card_token", token } });
}
