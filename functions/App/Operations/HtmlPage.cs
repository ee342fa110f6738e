using Microsoft.AspNetCore.Http;

namespace Railyard.App.Operations;

/// <summary>A page as an answer: a browser may show it with its own rules of style, and do nothing else.</summary>
sealed record HtmlPage(string Text) : IResult
{
    /// <summary>What it travels as.</summary>
    public const string ContentType = "text/html; charset=utf-8";

    /// <summary>What a browser may do with a page of ours (Content Security Policy level 3).</summary>
    public const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        httpContext.Response.ContentType = ContentType;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        return httpContext.Response.WriteAsync(Text, httpContext.RequestAborted);
    }
}
