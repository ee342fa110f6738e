using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Railyard.App;

/// <summary>What is wrong with one member of a request.</summary>
sealed record FieldError(string Field, string Code, string Message);

/// <summary>An answer that says no, as RFC 9457 application/problem+json. Never quotes what was sent.</summary>
sealed record Problem(int Status, string Code, string Title) : IResult
{
    /// <summary>What it travels as.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary>Where its code is explained.</summary>
    [JsonPropertyOrder(-1)]
    public string Type => $"https://railyard.dev/problems/{Code}";

    /// <summary>What to do about it, for this request.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>Every member that is wrong, where it is about members.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FieldError>? Errors { get; init; }

    /// <summary>When to come back, for the Retry-After header.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (RetryAfter is { } wait)
            httpContext.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString();
        if (Status == StatusCodes.Status401Unauthorized) httpContext.Response.Headers.WWWAuthenticate = "Bearer";
        httpContext.Response.StatusCode = Status;
        return httpContext.Response.WriteAsJsonAsync(this, Json.Wire, ContentType, httpContext.RequestAborted);
    }

    /// <summary>400: the request is not as the contract says.</summary>
    public static Problem BadRequest(string code, string title, string? detail = null) =>
        new(StatusCodes.Status400BadRequest, code, title) { Detail = detail };

    /// <summary>400: members are missing, unknown or wrong.</summary>
    public static Problem Invalid(IReadOnlyList<FieldError> errors) =>
        new(StatusCodes.Status400BadRequest, "validation_failed", "The request is not valid.") { Errors = errors };

    /// <summary>404: there is no such thing, or it is somebody else's.</summary>
    public static Problem NotFound(string what) => new(StatusCodes.Status404NotFound, "not_found", $"There is no such {what}.");
}
