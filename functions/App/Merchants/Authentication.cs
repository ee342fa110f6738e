using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Railyard.Core.Merchants;

namespace Railyard.App.Merchants;

/// <summary>
/// Lets nobody pass to /v1 without a merchant's key, nor to /ops without an operator's. A route under neither is
/// public, and says so by its name.
/// </summary>
sealed class Authentication(ApiKeyStore keys) : IFunctionsWorkerMiddleware
{
    const string Scheme = "Bearer ";
    const int LongestKey = 200;

    static readonly Problem Unauthenticated = new(
        StatusCodes.Status401Unauthorized, "unauthenticated", "The API key is missing or not known.")
    {
        Detail = "Send it as 'Authorization: Bearer <key>'.",
    };

    static readonly Problem Forbidden = new(
        StatusCodes.Status403Forbidden, "forbidden", "This API key is not for this part of the API.");

    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var http = context.GetHttpContext();
        var refusal = http is null ? null : await RefusalAsync(context, http);
        if (refusal is null) await next(context);
        else await refusal.ExecuteAsync(http!);
    }

    async Task<Problem?> RefusalAsync(FunctionContext context, HttpContext http)
    {
        if (HolderFor(http.Request.Path) is not { } holder) return null;
        if (KeyOf(http.Request) is not { } text) return Unauthenticated;
        if (await keys.FindAsync(text, context.CancellationToken) is not { } key) return Unauthenticated;
        if (key.Holder != holder) return Forbidden;
        if (key.Merchant is { } merchant) context.Authenticated(merchant);
        return null;
    }

    static KeyHolder? HolderFor(PathString path) =>
        path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase) ? KeyHolder.Merchant
        : path.StartsWithSegments("/ops", StringComparison.OrdinalIgnoreCase) ? KeyHolder.Operator
        : null;

    static string? KeyOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var key = header[Scheme.Length..].Trim();
        return key.Length is 0 or > LongestKey ? null : key;
    }
}
