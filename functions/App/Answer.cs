using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Railyard.App;

/// <summary>An answer with a JSON body, which can be kept and given again word for word.</summary>
sealed record Answer(int Status, string Body) : IResult
{
    /// <summary>What it usually travels as.</summary>
    public const string JsonContent = "application/json";

    /// <summary>The Location header, where there is one.</summary>
    public string? Location { get; init; }

    /// <summary>The ETag header, where what is shown can be changed under If-Match.</summary>
    public string? ETag { get; init; }

    /// <summary>Whether it is the answer of an earlier request with the same key.</summary>
    public bool IsReplay { get; init; }

    /// <summary>The preference that was honoured (RFC 7240), where one was.</summary>
    public string? PreferenceApplied { get; init; }

    /// <summary>What kind of JSON it is: an answer that is kept may be a problem.</summary>
    public string ContentType { get; init; } = JsonContent;

    /// <summary>An answer whose body is that value.</summary>
    public static Answer Of<T>(int status, T value) => new(status, JsonSerializer.Serialize(value, Json.Wire));

    /// <summary>A problem as an answer that can be kept.</summary>
    public static Answer Of(Problem problem) => Of(problem.Status, problem) with { ContentType = Problem.ContentType };

    /// <summary>200 with that value.</summary>
    public static Answer Ok<T>(T value) => Of(StatusCodes.Status200OK, value);

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = ContentType;
        if (Location is not null) response.Headers.Location = Location;
        if (ETag is not null) response.Headers.ETag = ETag;
        if (IsReplay) response.Headers["Idempotent-Replayed"] = "true";
        if (PreferenceApplied is not null) response.Headers["Preference-Applied"] = PreferenceApplied;
        var body = Encoding.UTF8.GetBytes(Body);
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
