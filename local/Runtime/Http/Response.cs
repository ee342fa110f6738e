using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace Railyard.Local.Runtime.Http;

/// <summary>Turns what a function returned into the HTTP answer.</summary>
internal static class Response
{
    public static Task WriteAsync(HttpContext http, object? returned) =>
        returned switch
        {
            null => Task.CompletedTask,
            IResult result => result.ExecuteAsync(http),
            IActionResult result => result.ExecuteResultAsync(Action(http)),
            _ => new ObjectResult(returned).ExecuteResultAsync(Action(http)),
        };

    /// <summary>Says that it went wrong, and nothing else: details are for the log.</summary>
    public static void Fail(HttpContext http, Exception fault)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }
        http.Response.Clear();
        http.Response.StatusCode = fault is BadHttpRequestException bad
            ? bad.StatusCode
            : StatusCodes.Status500InternalServerError;
    }

    static ActionContext Action(HttpContext http) => new(http, http.GetRouteData(), new ActionDescriptor());
}
