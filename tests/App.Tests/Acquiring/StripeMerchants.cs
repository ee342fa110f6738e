using Railyard.App.Tests.Merchants;

namespace Railyard.App.Tests.Acquiring;

static class StripeMerchants
{
    public const string Stripe = "stripe";
    public const string Card = "4242424242424242";

    /// <summary>A client of a new merchant, all of whose payments go to the acquirer that speaks Stripe.</summary>
    public static async Task<Client> MerchantOfStripeAsync(this RunningRailyard railyard)
    {
        var merchant = await railyard.OnboardAsync();
        var program = new { rules = Array.Empty<object>(), otherwise = new { priority = new[] { Stripe } } };
        var put = await merchant.Client.SendAsync(HttpMethod.Put, "/v1/routing", new { program }, ("If-Match", "*"));
        Assert.True(put.Status == System.Net.HttpStatusCode.OK, put.Text);
        return merchant.Client;
    }

    /// <summary>What the acquirer really did for a payment.</summary>
    public static async Task<Reply> BookAtStripeAsync(this RunningRailyard railyard, string payment) =>
        await railyard.Acquirer(Stripe).GetAsync($"/sim/book?reference={payment}");
}
