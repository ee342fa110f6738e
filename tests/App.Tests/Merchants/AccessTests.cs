using System.Net;
using Railyard.App.Merchants;
using Railyard.Core;
using Railyard.Core.Merchants;

namespace Railyard.App.Tests.Merchants;

/// <summary>Who may call what, over every HTTP function there is.</summary>
public sealed class AccessTests(RunningRailyard railyard)
{
    [Fact]
    public void Every_HTTP_function_is_in_the_table_of_access_and_nothing_else_is()
    {
        Assert.NotEmpty(HttpFunction.All);
        Assert.Equal(
            HttpFunction.All.OrderBy(function => function.Name).Select(function => (function.Name, function.Method, function.Route)),
            Access.Table.OrderBy(access => access.Function).Select(access => (access.Function, access.Method, access.Route)));
    }

    [Fact]
    public void A_function_that_is_not_in_the_table_is_refused() =>
        Assert.Throws<InvariantBroken>(() => Access.Of("Forgotten", "GET"));

    [Fact]
    public void A_merchants_route_asks_for_a_merchants_scope_and_an_operators_for_an_operators()
    {
        foreach (var access in Access.Table)
        {
            var function = HttpFunction.All.Single(one => (one.Name, one.Method) == (access.Function, access.Method));
            Assert.Equal((access.Route, function.IsPublic), (access.Route, access.Needs is null));
            if (access.Needs is { } scope) Assert.Equal((access.Route, !function.IsMerchants), (access.Route, Scopes.IsOperators(scope)));
        }
    }

    [Fact]
    public async Task Without_a_key_every_route_that_is_not_public_says_401()
    {
        foreach (var function in HttpFunction.All.Where(one => !one.IsPublic))
        {
            var reply = await CallAsync(railyard.ClientOf(null), function);

            Assert.Equal((function, HttpStatusCode.Unauthorized, "unauthenticated"), (function, reply.Status, reply["code"]!));
            Assert.Equal("Bearer", reply.Header("WWW-Authenticate"));
        }
    }

    [Fact]
    public async Task With_every_scope_but_the_right_one_every_route_says_403_and_names_it()
    {
        foreach (var scope in Enum.GetValues<Scope>())
        {
            var client = await ClientWithoutAsync(scope);
            foreach (var function in HttpFunction.All.Where(one => Access.Of(one.Name, one.Method).Needs == scope))
            {
                var reply = await CallAsync(client, function);

                Assert.Equal((function, HttpStatusCode.Forbidden, "forbidden"), (function, reply.Status, reply["code"]!));
                Assert.EndsWith($" {Scopes.Word(scope)}.", reply["detail"], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_key_of_the_other_kind_opens_no_route()
    {
        foreach (var function in HttpFunction.All.Where(one => !one.IsPublic))
        {
            var reply = await CallAsync(function.IsMerchants ? railyard.Operator : railyard.Merchant, function);

            Assert.Equal((function, HttpStatusCode.Forbidden), (function, reply.Status));
        }
    }

    async Task<Client> ClientWithoutAsync(Scope scope)
    {
        var scopes = (Scopes.IsOperators(scope) ? Scopes.OfOperators : Scopes.OfMerchants)
            .Where(one => one != scope).Select(Scopes.Word).ToArray();
        if (!Scopes.IsOperators(scope)) return (await railyard.OnboardAsync(scopes)).Client;
        return railyard.ClientOf((await railyard.IssueAsync("operators", scopes))["key"]);
    }

    static Task<Reply> CallAsync(Client client, HttpFunction function) =>
        client.SendAsync(new HttpMethod(function.Method), function.Path(_ => "any"));
}
