using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Railyard.Local.Runtime.Functions;

namespace Railyard.Local.Runtime.Settings;

/// <summary>Settings named between percent signs in a trigger's attribute.</summary>
internal sealed partial class References(IConfiguration settings)
{
    public string Resolve(Function function, string text) =>
        Reference().Replace(text, found => Value(function, found.Groups["name"].Value));

    string Value(Function function, string name) =>
        settings[name.Replace("__", ":", StringComparison.Ordinal)] ??
        throw new StartRefused($"Function {function.Name}: there is no setting {name}.");

    [GeneratedRegex("%(?<name>[^%]+)%", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
