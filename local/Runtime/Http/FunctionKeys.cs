using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Railyard.Local.Runtime.Settings;

namespace Railyard.Local.Runtime.Http;

/// <summary>
/// Who may call a function, by the key in the header or the query. As with the Core Tools anybody may, until a setting
/// says otherwise.
/// </summary>
internal sealed class FunctionKeys(IConfiguration settings)
{
    const string Header = "x-functions-key";
    const string Query = "code";
    const string MasterKey = "master";
    const string HostKeys = "host";
    const string FunctionsKeys = "functions";

    readonly bool areEnforced = settings[SettingNames.EnforceKeys] is "true" or "True";
    readonly IConfigurationSection keys = settings.GetSection(SettingNames.Keys);

    public bool Allow(HttpContext http, string function, AuthorizationLevel level)
    {
        if (!areEnforced || level == AuthorizationLevel.Anonymous) return true;
        var given = GivenBy(http);
        return given.Length > 0 && KeysFor(function, level).Any(key => IsSame(key, given));
    }

    // The master key opens everything, and a key of the host's opens every function that asks for no more than a key.
    IEnumerable<string?> KeysFor(string function, AuthorizationLevel level)
    {
        yield return keys[MasterKey];
        if (level != AuthorizationLevel.Function) yield break;
        foreach (var key in keys.GetSection(HostKeys).GetChildren()) yield return key.Value;
        foreach (var key in keys.GetSection(FunctionsKeys).GetSection(function).GetChildren()) yield return key.Value;
    }

    static string GivenBy(HttpContext http)
    {
        var header = http.Request.Headers[Header].ToString();
        return header.Length > 0 ? header : http.Request.Query[Query].ToString();
    }

    static bool IsSame(string? key, string given) =>
        key is { Length: > 0 }
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(given));
}
