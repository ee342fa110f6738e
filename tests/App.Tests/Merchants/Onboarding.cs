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
    public static async Task<Onboarded> OnboardAsync(
        this RunningRailyard railyard, string[]? scopes = null, object? rateLimit = null, string? cardGroup = null)
    {
        var merchant = await railyard.Operator.PostAsync(
            Onboarded.Merchants, new { name = "Tea & Co", rate_limit = rateLimit, card_group = cardGroup });
        Assert.True(merchant.Status == HttpStatusCode.Created, merchant.Text);
        var key = await railyard.IssueAsync(merchant["id"]!, scopes ?? EveryScope);
        return new Onboarded(merchant["id"]!, key["id"]!, key["key"]!, railyard.ClientOf(key["key"]));
    }

    /// <summary>A new key.</summary>
    public static async Task<Reply> IssueAsync(this RunningRailyard railyard, string owner, string[] scopes)
    {
        var key = await railyard.Operator.PostAsync($"{Onboarded.Merchants}/{owner}/keys", new { name = "Shop", scopes });
        Assert.True(key.Status == HttpStatusCode.Created, key.Text);
        return key;
    }

    /// <summary>A client with that key.</summary>
    public static Client ClientOf(this RunningRailyard railyard, string? key) => new(railyard.App.Address, key);
}
