using Microsoft.Azure.Functions.Worker;
using Railyard.Core;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants;

/// <summary>Who calls, as the authentication found out.</summary>
static class Caller
{
    const string Item = "railyard.credential";

    /// <summary>The merchant whose key came with the request.</summary>
    /// <exception cref="InvariantBroken">The route is not a merchant's: it was not authenticated as one.</exception>
    public static MerchantId Merchant(this FunctionContext context) => context.FullMerchant().Id;

    /// <summary>With whom that merchant shares the fingerprints of cards.</summary>
    public static CardGroup CardGroup(this FunctionContext context) => context.FullMerchant().CardGroup;

    /// <summary>The key that came with the request.</summary>
    public static ApiKeyId Key(this FunctionContext context) => context.Credential().Key.Id;

    /// <summary>Notes whose key it is for the rest of the invocation.</summary>
    public static void Authenticated(this FunctionContext context, Credential credential) => context.Items[Item] = credential;

    static Merchant FullMerchant(this FunctionContext context) => context.Credential().Merchant
        ?? throw new InvariantBroken($"{context.FunctionDefinition.Name} is not authenticated as a merchant's route.");

    static Credential Credential(this FunctionContext context) =>
        context.Items.TryGetValue(Item, out var credential)
            ? (Credential)credential
            : throw new InvariantBroken($"{context.FunctionDefinition.Name} is not authenticated.");
}
