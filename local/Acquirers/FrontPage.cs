using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers;

/// <summary>What an acquirer plays and has played, as JSON for programs and as a page for people.</summary>
sealed class FrontPage(AcquirerProfile profile, Book book, RunTimeScript script)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    const string Example =
        """{ "rules": [ { "match": { "operation": "payment" }, "behaviour": "timeout_after_commit", "share": 0.3, "for_seconds": 60 } ] }""";

    public void Map(IEndpointRouteBuilder app) => app.MapGet("/sim", ShowAsync);

    IEnumerable<Scene> Scenes =>
        Script.Cards.Concat(Script.Amounts).Where(scene => scene.IsPlayedAt(profile.Name));

    Task ShowAsync(HttpContext http)
    {
        var isForPeople = http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
        return isForPeople
            ? HtmlPage.SendAsync(http, StatusCodes.Status200OK, $"The acquirer {profile.Name}", Body())
            : http.Response.WriteAsJsonAsync(Shown(), Json, http.RequestAborted);
    }

    object Shown() => new
    {
        profile.Name,
        profile.MerchantAccount,
        Counts = book.Counts(),
        RunTimeScript = script.Current?.Sheet.Rules.Count ?? 0,
        Script = Scenes.Select(scene => new { scene.Card, scene.Amount, Happens = scene.What }),
    };

    string Body() =>
        $"""
        <p>A simulation on this machine. <a href="/sim/book">The book</a>, <a href="/sim/notifications">the
        notifications</a> and <a href="/sim/script">the rules below</a> as JSON.</p>
        {Counts(book.Counts())}
        <h2>Rules laid over the script</h2>
        {Rules(script.Current)}
        <form method="post" action="{ScriptPages.Path}">
        <p><label for="rules">The first rule that fits and strikes counts. An example:
        <code>{HtmlPage.Text(Example)}</code></label></p>
        <p><textarea id="rules" name="{ScriptPages.Field}" rows="12" cols="80">
        {HtmlPage.Text(ScriptPages.Text(script.Current))}</textarea></p>
        <p><button>Play these</button> <button name="clear" value="yes">Play none</button></p>
        </form>
        <p>Behaviours: {HtmlPage.Text(string.Join(", ", Behaviours.ByName.Keys))}.</p>
        <h2>The fixed script</h2>
        <table>
        <tr><th>Card or amount</th><th>What happens</th></tr>
        {string.Concat(Scenes.Select(Row))}
        </table>
        """;

    static string Counts(BookCounts counts) =>
        $"<p>{counts.Payments} payments, {counts.Approved} approved, {counts.Captures} captures, " +
        $"{counts.Refunds} refunds, {counts.Cancelled} cancelled, {counts.Batches} batches.</p>";

    static string Rules(Playing? playing) =>
        playing is null or { Sheet.Rules.Count: 0 }
            ? "<p>None.</p>"
            : $"<ol>{string.Concat(playing.Sheet.Rules.Select((rule, i) => Item(playing, rule, i)))}</ol>";

    static string Item(Playing playing, Rule rule, int position)
    {
        var (occasions, struck) = playing.CountsOf(position);
        var end = playing.EndOf(position) is { } at ? $", until {at:u}" : "";
        return $"<li>{HtmlPage.Text(rule.Behaviour)}: struck {struck} of {occasions} times{end}</li>";
    }

    static string Row(Scene scene) =>
        $"<tr><td>{HtmlPage.Text(scene.Card ?? $"{scene.Amount}")}</td><td>{HtmlPage.Text(scene.What)}</td></tr>\n";
}
