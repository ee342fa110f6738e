using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Railyard.Core.Merchants;

namespace Railyard.App.Merchants;

/// <summary>Lets nobody pass to a route without a key that opens it (see <see cref="Access"/>), nor faster than it may.</summary>
sealed class Authentication(Credentials credentials, RateLimits limits, LastUse lastUse, TimeProvider time)
    : IFunctionsWorkerMiddleware
{
    const string Scheme = "Bearer ";
    const int LongestKey = 200;

    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http) await next(context);
        else await PassAsync(context, http, next);
    }

    async Task PassAsync(FunctionContext context, HttpContext http, FunctionExecutionDelegate next)
    {
        var access = Access.Of(context.FunctionDefinition.Name, http.Request.Method);
        if (access.Needs is not { } needed)
        {
            await next(context);
            return;
        }
        var (credential, refusal) = await AdmitAsync(http, access, needed, context.CancellationToken);
        if (credential is null)
        {
            await refusal!.ExecuteAsync(http);
            return;
        }
        context.Authenticated(credential);
        var noting = lastUse.NoteAsync(credential);
        try
        {
            await next(context);
        }
        finally
        {
            await noting;
        }
    }

    async Task<(Credential? Credential, Problem? Refusal)> AdmitAsync(
        HttpContext http, Access access, Scope needed, CancellationToken cancellation)
    {
        if (KeyOf(http.Request) is not { } text) return (null, Refusals.NoKey);
        if (await credentials.FindAsync(text, cancellation) is not { } found) return (null, Refusals.NoKey);
        var denial = Admission.Check(found.Key, found.Merchant, needed, time.GetUtcNow());
        if (denial is Denial.KeyRevoked or Denial.KeyExpired) return (null, Refusals.Of(denial.Value, needed));
        if (access.IsMerchants && limits.Refuse(http.Response, found) is { } tooFast) return (null, tooFast);
        return denial is { } reason ? (null, Refusals.Of(reason, needed)) : (found, null);
    }

    static string? KeyOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var key = header[Scheme.Length..].Trim();
        return key.Length is 0 or > LongestKey ? null : key;
    }
}

/// <summary>How each reason for letting somebody not pass is told.</summary>
static class Refusals
{
    /// <summary>There is no key, or none of ours.</summary>
    public static readonly Problem NoKey = Unauthenticated("unauthenticated", "The API key is missing or not known.");

    /// <summary>The problem that says so.</summary>
    public static Problem Of(Denial denial, Scope needed) => denial switch
    {
        Denial.KeyRevoked => Unauthenticated("api_key_revoked", "The API key was revoked."),
        Denial.KeyExpired => Unauthenticated("api_key_expired", "The API key has expired."),
        Denial.MerchantSuspended => new(
            StatusCodes.Status403Forbidden, "merchant_suspended", "The merchant is suspended.")
        {
            Detail = "Nothing is called under its keys until the operator lifts that.",
        },
        Denial.ScopeMissing => new(
            StatusCodes.Status403Forbidden, "forbidden", "This API key is not for this part of the API.")
        {
            Detail = $"It needs the scope {Scopes.Word(needed)}.",
        },
    };

    static Problem Unauthenticated(string code, string title) => new(StatusCodes.Status401Unauthorized, code, title)
    {
        Detail = "Send a valid one as 'Authorization: Bearer <key>'.",
    };
}
