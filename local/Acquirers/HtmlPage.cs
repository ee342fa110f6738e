using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace Railyard.Local.Acquirers;

/// <summary>A small page for people, which needs no script.</summary>
static class HtmlPage
{
    const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}" +
        "button{font:inherit;margin:.25rem .5rem .25rem 0;padding:.25rem 1rem}" +
        "textarea{font:14px/1.4 monospace;width:100%}dt{font-weight:bold}" +
        "table{border-collapse:collapse}td,th{text-align:left;padding:.1rem 1rem .1rem 0}";

    // A form may lead anywhere: the cardholder goes back to a shop that only the merchant knows.
    const string Policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

    public static Task SendAsync(HttpContext http, int status, string title, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(
            $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>{Text(title)}</title><style>{Style}</style></head>
            <body>
            <h1>{Text(title)}</h1>
            {body}
            </body>
            </html>

            """,
            http.RequestAborted);
    }

    /// <summary>Text as it stands between tags or in a quoted attribute.</summary>
    public static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
