using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Railyard.App.Payments;
using Railyard.Core.Merchants;

namespace Railyard.App.Merchants;

/// <summary>An operator's POST: its idempotency key and its body, both found readable.</summary>
sealed record OperatorPost(string Key, JsonElement Body)
{
    /// <summary>The post, or the problem with it.</summary>
    public static async Task<(OperatorPost? Post, Problem? Problem)> ReadAsync(
        HttpRequest request, bool mayBeEmpty, CancellationToken cancellation)
    {
        var (key, keyProblem) = IdempotencyKey.Read(request);
        if (keyProblem is not null) return (null, keyProblem);
        var (body, bodyProblem) = await RequestBody.ReadAsync(request, mayBeEmpty, cancellation);
        return bodyProblem is null ? (new OperatorPost(key!, body), null) : (null, bodyProblem);
    }

    /// <summary>The same as what happens once. Operators share their idempotency keys.</summary>
    public Post Once(string operation, string resource, string? sealedSecret = null) => new(
        Operators.Id, operation, Key, IdempotencyKey.Canonical(Body), resource, sealedSecret, TimeSpan.Zero);
}
