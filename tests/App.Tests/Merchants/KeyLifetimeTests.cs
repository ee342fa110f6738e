using System.Net;
using Railyard.App.Tests.Webhooks;

namespace Railyard.App.Tests.Merchants;

/// <summary>What becomes of a key in its time, on the clock that the tests of webhooks move.</summary>
[Collection(WebhookTests.Name)]
public sealed class KeyLifetimeTests(WebhookRailyard railyard)
{
    [Fact]
    public async Task A_key_whose_time_is_over_opens_nothing_and_has_no_successor()
    {
        var operators = new Client(railyard.App.Address, "ok_sandbox_local");
        var merchant = await Onboarding.OnboardAsync(railyard.App.Address, operators);
        var brief = await operators.PostAsync($"{merchant.Path}/keys", new
        {
            name = "Brief",
            scopes = (string[])["payments:read"],
            expires_at = railyard.Time.GetUtcNow().AddSeconds(30),
        });
        var client = new Client(railyard.App.Address, brief["key"]);

        var before = await client.GetAsync("/v1/payments");
        await railyard.AdvanceAsync(TimeSpan.FromMinutes(1));
        var after = await client.GetAsync("/v1/payments");
        var rolled = await operators.PostAsync($"{merchant.Path}/keys/{brief["id"]}/rolls");

        Assert.Equal(HttpStatusCode.OK, before.Status);
        Assert.Equal((HttpStatusCode.Unauthorized, "api_key_expired"), (after.Status, after["code"]!));
        Assert.Equal((HttpStatusCode.Conflict, "api_key_expired"), (rolled.Status, rolled["code"]!));
    }
}
