using System.Text.Json;
using System.Text.RegularExpressions;
using Railyard.App.Payments;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants;

/// <summary>The body of POST /ops/v1/merchants, found valid.</summary>
sealed partial record NewMerchant(string Name, CardGroup? CardGroup, RateLimit? RateLimit)
{
    const int LongestGroup = 64;

    /// <summary>The request, or everything that is wrong with it.</summary>
    public static (NewMerchant? Request, IReadOnlyList<FieldError> Errors) Read(JsonElement body)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var name = members.Text("name", MerchantMembers.LongestName, isRequired: true);
        var group = ReadGroup(members);
        var limit = MerchantMembers.RateLimit(members);
        members.RefuseOthers();
        return errors.Count > 0 ? (null, errors) : (new NewMerchant(name!, group, limit), errors);
    }

    /// <summary>The merchant it makes.</summary>
    public Merchant Merchant(MerchantId id, DateTimeOffset now) => new()
    {
        Id = id,
        Name = Name,
        CardGroup = CardGroup ?? Core.Payments.CardGroup.Of(id),
        RateLimit = RateLimit,
        CreatedAt = now,
        UpdatedAt = now,
    };

    static CardGroup? ReadGroup(Members members)
    {
        if (members.Text("card_group", LongestGroup) is not { } text) return null;
        if (GroupName().IsMatch(text)) return new CardGroup(text);
        members.Wrong<string>("card_group", "invalid_name", "It must have small letters, digits, '_' and '-' only.");
        return null;
    }

    [GeneratedRegex("^[a-z0-9_-]+$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex GroupName();
}

/// <summary>The body of PATCH /ops/v1/merchants/{id}, found valid. What is not named stays as it is.</summary>
sealed record MerchantChange(string? Name, MerchantStatus? Status, RateLimit? RateLimit, bool HasUsualRate)
{
    static readonly IReadOnlyDictionary<string, MerchantStatus> Statuses = Json.Words<MerchantStatus>();

    /// <summary>The request, or everything that is wrong with it. A rate limit of null gives back what everybody has.</summary>
    public static (MerchantChange? Request, IReadOnlyList<FieldError> Errors) Read(JsonElement body)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var name = members.Text("name", MerchantMembers.LongestName);
        var status = members.OneOf("status", Statuses);
        var limit = MerchantMembers.RateLimit(members);
        var hasUsualRate = body.TryGetProperty("rate_limit", out var value) && value.ValueKind == JsonValueKind.Null;
        members.RefuseOthers();
        return errors.Count > 0 ? (null, errors) : (new MerchantChange(name, status, limit, hasUsualRate), errors);
    }

    /// <summary>The merchant as it will be.</summary>
    public Merchant Of(Merchant merchant, DateTimeOffset now) => merchant with
    {
        Name = Name ?? merchant.Name,
        Status = Status ?? merchant.Status,
        RateLimit = HasUsualRate ? null : RateLimit ?? merchant.RateLimit,
        UpdatedAt = now,
    };
}

/// <summary>Reads the members that both have.</summary>
static class MerchantMembers
{
    public const int LongestName = 100;

    public static RateLimit? RateLimit(Members members)
    {
        if (members.Object("rate_limit") is not { } limit) return null;
        var perSecond = limit.Integer("per_second", 1, Core.Merchants.RateLimit.Most, isRequired: true);
        var burst = limit.Integer("burst", 1, Core.Merchants.RateLimit.Most, isRequired: true);
        limit.RefuseOthers();
        return perSecond is null || burst is null ? null : new RateLimit((int)perSecond, (int)burst);
    }
}
