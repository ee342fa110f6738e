using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Railyard.Local.Acquirers;

/// <summary>Shows and changes what an acquirer plays while it runs.</summary>
sealed class ScriptPages(RunTimeScript script)
{
    public const string Path = "/sim/script";
    public const string Field = "script";

    const string Shape =
        "the body is {\"rules\": [{\"behaviour\", and perhaps \"match\" {\"card\", \"amount\", \"operation\"}, " +
        "\"share\", \"for_seconds\"}], and perhaps \"seed\"}; operation is payment, details, capture, refund, " +
        "cancel or reversal";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        NumberHandling = JsonNumberHandling.Strict,
        WriteIndented = true,
    };

    /// <summary>The rules as they can be laid on again.</summary>
    public static string Text(Playing? playing) => JsonSerializer.Serialize(playing?.Sheet ?? new RuleSheet([]), Json);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, ShowAsync);
        app.MapPut(Path, ChangeAsync);
        app.MapDelete(Path, ClearAsync);
        app.MapPost(Path, ChangeByFormAsync);
    }

    Task ShowAsync(HttpContext http) => SendAsync(http, StatusCodes.Status200OK, Shown(script.Current));

    async Task ChangeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var wrong = Lay(await reader.ReadToEndAsync(http.RequestAborted));
        if (wrong is null) await ShowAsync(http);
        else await SendAsync(http, StatusCodes.Status400BadRequest, new { Error = wrong });
    }

    Task ClearAsync(HttpContext http)
    {
        script.Clear();
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    // A form can neither put nor delete.
    async Task ChangeByFormAsync(HttpContext http)
    {
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted) : null;
        if (form?.ContainsKey("clear") == true) script.Clear();
        else if (Lay(form?[Field].ToString() ?? "") is { } wrong)
        {
            await HtmlPage.SendAsync(
                http, StatusCodes.Status400BadRequest, "Not understood",
                $"<p>{HtmlPage.Text(wrong)}</p><p><a href=\"/sim\">Back</a></p>");
            return;
        }
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = "/sim";
    }

    /// <summary>Null when it is played from now on, else what is wrong with it.</summary>
    string? Lay(string text)
    {
        try
        {
            var sheet = JsonSerializer.Deserialize<RuleSheet>(text, Json);
            if (sheet is null || sheet.Rules.Contains(null!)) return Shape;
            if (sheet.Fault is { } wrong) return wrong;
            script.Play(sheet);
            return null;
        }
        catch (JsonException)
        {
            return Shape;
        }
    }

    static object Shown(Playing? playing) => new
    {
        Seed = playing?.Sheet.Seed ?? 0,
        Rules = (playing?.Sheet.Rules ?? []).Select((rule, i) => new
        {
            rule.Match,
            rule.Behaviour,
            Share = rule.Share ?? 1,
            rule.ForSeconds,
            EndsAt = playing!.EndOf(i),
            playing.CountsOf(i).Occasions,
            playing.CountsOf(i).Struck,
        }),
    };

    static Task SendAsync(HttpContext http, int status, object body)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(body, Json, http.RequestAborted);
    }
}
