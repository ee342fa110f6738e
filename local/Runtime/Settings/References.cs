using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Railyard.Local.Runtime.Functions;

namespace Railyard.Local.Runtime.Settings;

/// <summary>Settings that decide about functions: named between percent signs in a trigger's attribute, or switching one off.</summary>
internal sealed partial class References(IConfiguration settings)
{
    public string Resolve(Function function, string text) =>
        Reference().Replace(text, found => Value(function, found.Groups["name"].Value));

    /// <summary>
    /// Whether a function is switched off by <c>AzureWebJobs.{function}.Disabled</c>, as the Functions host reads it.
    /// </summary>
    public bool IsDisabled(Function function) =>
        bool.TryParse(settings[$"AzureWebJobs.{function.Name}.Disabled"] ?? settings[$"AzureWebJobs:{function.Name}:Disabled"], out var isOff) && isOff;

    string Value(Function function, string name) =>
        settings[name.Replace("__", ":", StringComparison.Ordinal)] ??
        throw new StartRefused($"Function {function.Name}: there is no setting {name}.");

    [GeneratedRegex("%(?<name>[^%]+)%", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
