using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Railyard.Local.Acquirers.Stripe;

/// <summary>
/// The parameters of a call, form-encoded, with brackets for what is nested. Its text form says nothing of them.
/// </summary>
sealed class StripeForm
{
    const long HighestAmount = 99_999_999;

    readonly Dictionary<string, string> values;

    StripeForm(string path, Dictionary<string, string> values)
    {
        this.values = values;
        var sent = values
            .OrderBy(value => value.Key, StringComparer.Ordinal)
            .Select(value => $"{value.Key}={value.Value}");
        Fingerprint = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{path}\n{string.Join('\n', sent)}")));
    }

    /// <summary>Tells whether a repeat is one.</summary>
    public string Fingerprint { get; }

    public string? this[string name] => values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    public Dictionary<string, string> Metadata => values
        .Where(value => value.Key.StartsWith("metadata[", StringComparison.Ordinal))
        .ToDictionary(value => value.Key["metadata[".Length..^1], value => value.Value);

    public static async Task<StripeForm> ReadAsync(HttpContext http)
    {
        var read = new Dictionary<string, string>();
        foreach (var (name, value) in http.Request.Query) read[name] = value.ToString();
        if (http.Request.HasFormContentType)
            foreach (var (name, value) in await http.Request.ReadFormAsync(http.RequestAborted))
                read[name] = value.ToString();
        return new StripeForm($"{http.Request.Method} {http.Request.Path}", read);
    }

    /// <summary>Whether an object is wanted in place of its id.</summary>
    public bool Expands(string name) =>
        values.Any(value => value.Key.StartsWith("expand[", StringComparison.Ordinal) && value.Value == name);

    public bool Is(string name) => this[name] == "true";

    /// <summary>An amount, or what is wrong with it; neither where it may be left out and is.</summary>
    public (long? Amount, StripeError? Error) Amount(string name, bool isRequired)
    {
        if (this[name] is not { } text) return (null, isRequired ? StripeError.Missing(name) : null);
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
            return (null, StripeError.Invalid(name));
        if (amount == 0) return (null, StripeError.AmountTooSmall());
        return amount > HighestAmount ? (null, StripeError.AmountTooLarge(name)) : (amount, null);
    }
}
