using Microsoft.Extensions.Configuration;

namespace Railyard.App;

/// <summary>Where the world finds us: <c>PublicUrl</c>, or the name that the platform has given the app.</summary>
public sealed class PublicAddress(IConfiguration configuration)
{
    /// <summary>The address, with a slash at its end.</summary>
    /// <exception cref="InvalidOperationException">Neither setting is there.</exception>
    public Uri Value => new(configuration["PublicUrl"] is { } url ? WithSlash(url) : OfHost(configuration["WEBSITE_HOSTNAME"]));

    static string OfHost(string? host)
    {
        if (host is null) throw new InvalidOperationException("The setting PublicUrl is missing.");
        var isLoopback = host.Split(':')[0] is "localhost" or "127.0.0.1";
        return $"{(isLoopback ? "http" : "https")}://{host}/";
    }

    static string WithSlash(string url) => url.EndsWith('/') ? url : url + "/";
}
