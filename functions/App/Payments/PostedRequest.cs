using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>What every POST brings: its idempotency key and its body, both found readable.</summary>
sealed record PostedRequest(string Key, JsonElement Body)
{
    /// <summary>Both, or the problem with one of them.</summary>
    public static async Task<(PostedRequest? Posted, Problem? Problem)> ReadAsync(
        HttpRequest request, bool mayBeEmpty, CancellationToken cancellation, int deepest = RequestBody.DeepestNesting)
    {
        var (key, keyProblem) = IdempotencyKey.Read(request);
        if (keyProblem is not null) return (null, keyProblem);
        var (body, bodyProblem) = await RequestBody.ReadAsync(request, mayBeEmpty, cancellation, deepest);
        return bodyProblem is not null ? (null, bodyProblem) : (new PostedRequest(key!, body), null);
    }

    /// <summary>The problem with a body that must have no members, if it has any.</summary>
    public Problem? RefuseMembers()
    {
        var errors = new List<FieldError>();
        new Members(Body, errors).RefuseOthers();
        return errors.Count > 0 ? Problem.Invalid(errors) : null;
    }

    /// <summary>The same as what happens once: see <see cref="Post"/>.</summary>
    public Post Once(MerchantId caller, string operation, string resource, string? token = null, TimeSpan wait = default) =>
        new(caller, operation, Key, IdempotencyKey.Canonical(Body), resource, token, wait);
}
