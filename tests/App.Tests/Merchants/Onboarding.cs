using System.Net;

namespace Railyard.App.Tests.Merchants;

/// <summary>A merchant made by a test, and a client with a key of theirs.</summary>
sealed record Onboarded(string Id, string KeyId, string Key, Client Client)
{
    public const string Merchants = "/ops/v1/merchants";

    public string Path => $"{Merchants}/{Id}";

    public string KeyPath => $"{Path}/keys/{KeyId}";
}

static class Onboarding
{
    public static readonly string[] EveryScope = ["payments:write", "payments:read", "routing", "reports", "webhooks"];

    /// <summary>A new merchant with one key.</summary>
    public static Task<Onboarded> OnboardAsync(
        this RunningRailyard railyard, string[]? scopes = null, object? rateLimit = null, string? cardGroup = null) =>
        OnboardAsync(railyard.App.Address, railyard.Operator, scopes, rateLimit, cardGroup);

    /// <summary>A new merchant of the app at that address, with one key.</summary>
    public static async Task<Onboarded> OnboardAsync(
        Uri address, Client operators, string[]? scopes = null, object? rateLimit = null, string? cardGroup = null)
    {
        var merchant = await operators.PostAsync(
            Onboarded.Merchants, new { name = "Tea & Co", rate_limit = rateLimit, card_group = cardGroup });
        Assert.True(merchant.Status == HttpStatusCode.Created, merchant.Text);
        var key = await IssueAsync(operators, merchant["id"]!, scopes ?? EveryScope);
        return new Onboarded(merchant["id"]!, key["id"]!, key["key"]!, new Client(address, key["key"]));
    }

    /// <summary>A new key.</summary>
    public static Task<Reply> IssueAsync(this RunningRailyard railyard, string owner, string[] scopes) =>
        IssueAsync(railyard.Operator, owner, scopes);

    /// <summary>A client with that key.</summary>
    public static Client ClientOf(this RunningRailyard railyard, string? key) => new(railyard.App.Address, key);

    static async Task<Reply> IssueAsync(Client operators, string owner, string[] scopes)
    {
        var key = await operators.PostAsync($"{Onboarded.Merchants}/{owner}/keys", new { name = "Shop", scopes });
        Assert.True(key.Status == HttpStatusCode.Created, key.Text);
        return key;
    }
}
