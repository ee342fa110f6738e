using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Routing;
using Railyard.App.Tests.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Acquiring;

static class StripeMerchants
{
    public const string Stripe = "stripe";
    public const string Card = "4242424242424242";

    /// <summary>A client of a new merchant, all of whose payments go to the acquirer that speaks Stripe.</summary>
    public static async Task<Client> MerchantOfStripeAsync(this RunningRailyard railyard)
    {
        var merchant = await railyard.OnboardAsync();
        var routing = new MerchantRouting(new MerchantId(merchant.Id), [new AcquirerName(Stripe)]);
        var containers = railyard.App.Services.GetRequiredService<Containers>();
        await containers.Routing.UpsertAsync(routing, merchant.Id, TestContext.Current.CancellationToken);
        return merchant.Client;
    }

    /// <summary>What the acquirer really did for a payment.</summary>
    public static async Task<Reply> BookAtStripeAsync(this RunningRailyard railyard, string payment) =>
        await railyard.Acquirer(Stripe).GetAsync($"/sim/book?reference={payment}");
}
