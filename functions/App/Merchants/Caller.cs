using Microsoft.Azure.Functions.Worker;
using Railyard.Core;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants;

/// <summary>Who calls, as the authentication found out.</summary>
static class Caller
{
    const string Item = "railyard.merchant";

    /// <summary>The merchant whose key came with the request.</summary>
    /// <exception cref="InvariantBroken">The route is not a merchant's: it was not authenticated as one.</exception>
    public static MerchantId Merchant(this FunctionContext context) =>
        context.Items.TryGetValue(Item, out var merchant)
            ? (MerchantId)merchant
            : throw new InvariantBroken($"{context.FunctionDefinition.Name} is not authenticated as a merchant's route.");

    /// <summary>Notes the merchant for the rest of the invocation.</summary>
    public static void Authenticated(this FunctionContext context, MerchantId merchant) => context.Items[Item] = merchant;
}
