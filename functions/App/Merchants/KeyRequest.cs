using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Railyard.App.Payments;
using Railyard.Core.Merchants;

namespace Railyard.App.Merchants;

/// <summary>The body of POST /ops/v1/merchants/{id}/keys, found valid.</summary>
sealed record NewKey(string Name, IReadOnlyList<Scope> Scopes, DateTimeOffset? ExpiresAt)
{
    const int LongestName = 100;

    /// <summary>The request, or everything that is wrong with it.</summary>
    public static (NewKey? Request, IReadOnlyList<FieldError> Errors) Read(JsonElement body, bool isOperators, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var name = members.Text("name", LongestName, isRequired: true);
        var scopes = members.ListOf("scopes", Allowed(isOperators), isRequired: true);
        var expiresAt = members.Moment("expires_at");
        if (expiresAt <= now) members.Wrong<string>("expires_at", "out_of_range", "It must be in the future.");
        members.RefuseOthers();
        return errors.Count > 0 ? (null, errors) : (new NewKey(name!, scopes!, expiresAt), errors);
    }

    /// <summary>The key of that text that it makes.</summary>
    public ApiKey Key(ApiKeyId id, string text, DateTimeOffset now) => new()
    {
        Id = id,
        Name = Name,
        Scopes = Scopes,
        Hash = KeyText.Hash(text),
        First = text[..KeyText.ShownFirst],
        Last = text[^KeyText.ShownLast..],
        CreatedAt = now,
        ExpiresAt = ExpiresAt,
    };

    static Dictionary<string, Scope> Allowed(bool isOperators) =>
        (isOperators ? Core.Merchants.Scopes.OfOperators : Core.Merchants.Scopes.OfMerchants)
            .ToDictionary(Core.Merchants.Scopes.Word);
}

/// <summary>The body of POST …/keys/{key}/rolls, found valid.</summary>
sealed record KeyRoll(TimeSpan Overlap)
{
    const long UsualSeconds = 86_400;
    const long MostSeconds = 7 * 86_400;

    /// <summary>The request, or everything that is wrong with it.</summary>
    public static (KeyRoll? Request, IReadOnlyList<FieldError> Errors) Read(JsonElement body)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var seconds = members.Integer("overlap_seconds", 0, MostSeconds) ?? UsualSeconds;
        members.RefuseOthers();
        return errors.Count > 0 ? (null, errors) : (new KeyRoll(TimeSpan.FromSeconds(seconds)), errors);
    }
}

/// <summary>How each reason for refusing a change to keys is told.</summary>
static class KeyRefusals
{
    const int Conflict = StatusCodes.Status409Conflict;

    /// <summary>As an answer that can be kept.</summary>
    public static Answer Answer(KeyRefusal reason) => App.Answer.Of(Problem(reason));

    static Problem Problem(KeyRefusal reason) => reason switch
    {
        KeyRefusal.UnknownKey => App.Problem.NotFound("key"),
        KeyRefusal.KeyRevoked => new(Conflict, "api_key_revoked", "The key is revoked."),
        KeyRefusal.KeyExpired => new(Conflict, "api_key_expired", "The key has expired."),
        KeyRefusal.AlreadyRolled => new(Conflict, "api_key_rolled", "The key has a successor already."),
        KeyRefusal.TooManyKeys => new(Conflict, "too_many_keys", $"There are {KeyRing.MostActive} working keys already."),
    };
}
