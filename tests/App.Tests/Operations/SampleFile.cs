using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Railyard.App.Tests.Operations;

/// <summary>A request of a sample as it is written, variables and all.</summary>
sealed record SampleRequest(string Title, string? Name, string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, string Body);

/// <summary>
/// A file of samples for editors: <c>@name = value</c>, requests that begin with <c>###</c>, and <c>{{…}}</c> for
/// variables and for what the answers of named requests hold.
/// </summary>
sealed partial class SampleFile
{
    readonly Dictionary<string, string> variables = [];
    readonly Dictionary<string, Reply> answers = [];

    SampleFile(string text)
    {
        var parts = Separator().Split(text);
        foreach (Match variable in Variable().Matches(parts[0])) variables[variable.Groups["name"].Value] = variable.Groups["value"].Value;
        Requests = [.. parts[1..].Select(part => Read(part.TrimEnd('\n')))];
    }

    public IReadOnlyList<SampleRequest> Requests { get; }

    public static SampleFile Load(string path) => new(File.ReadAllText(path).ReplaceLineEndings("\n"));

    /// <summary>Makes a variable something else than the file says.</summary>
    public void Set(string variable, string value)
    {
        Assert.True(variables.ContainsKey(variable), $"The file has no variable {variable}.");
        variables[variable] = value;
    }

    /// <summary>Sends a request as an editor would.</summary>
    public async Task<Reply> SendAsync(SampleRequest request, Client client)
    {
        var type = request.Headers.Where(header => header.Name == "Content-Type").Select(header => header.Value).SingleOrDefault();
        var content = request.Body.Length == 0 ? null : new StringContent(Fill(request.Body), Encoding.UTF8, type!);
        var headers = request.Headers.Where(header => header.Name != "Content-Type").Select(header => (header.Name, Fill(header.Value)));
        var reply = await client.SendRawAsync(new HttpMethod(request.Method), new Uri(Fill(request.Target)).PathAndQuery, content, [.. headers]);
        if (request.Name is not null) answers[request.Name] = reply;
        return reply;
    }

    static SampleRequest Read(string text)
    {
        var (head, body) = text.IndexOf("\n\n", StringComparison.Ordinal) is var end and >= 0
            ? (text[..end], text[(end + 2)..])
            : (text, "");
        var lines = head.Split('\n');
        var name = lines.Where(line => line.StartsWith("# @name ", StringComparison.Ordinal)).Select(line => line["# @name ".Length..]).SingleOrDefault();
        var call = lines.Skip(1).Where(line => !line.StartsWith('#')).ToList();
        var headers = call.Skip(1).Select(line => line.Split(": ", 2)).Select(parts => (parts[0], parts[1]));
        return new SampleRequest(lines[0], name, call[0].Split(' ')[0], call[0].Split(' ')[1], [.. headers], body);
    }

    string Fill(string text) => Placeholder().Replace(text, match => ValueOf(match.Groups["name"].Value));

    string ValueOf(string name) => name switch
    {
        "$timestamp" => $"{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}",
        "$datetime iso8601" => Iso(TimeSpan.Zero),
        "$datetime iso8601 -1 h" => Iso(TimeSpan.FromHours(-1)),
        _ when name.Split(".response.headers.") is [var request, var header] => answers[request].Header(header)!,
        _ when name.Split(".response.body.$.") is [var request, var path] => answers[request][path]!,
        _ => variables[name],
    };

    static string Iso(TimeSpan offset) =>
        (TimeProvider.System.GetUtcNow() + offset).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex("^### ", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Separator();

    [GeneratedRegex("^@(?<name>[a-z]+) = (?<value>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\{\{(?<name>[^}]+)\}\}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
