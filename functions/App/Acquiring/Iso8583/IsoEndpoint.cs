using System.Net;
using Railyard.Core.Acquiring.Iso8583;

namespace Railyard.App.Acquiring.Iso8583;

/// <summary>Where an acquirer's host listens, as <c>tls://host:port</c>, or <c>tcp://host:port</c> on loopback.</summary>
sealed record IsoEndpoint(string Host, int Port, bool UsesTls)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidOperationException">It is no such address, or in the clear outside loopback.</exception>
    public static IsoEndpoint Read(string acquirer, Uri address)
    {
        if (address.Scheme is not ("tcp" or "tls") || address.Port <= 0)
            throw new InvalidOperationException($"Acquirers:{acquirer}:endpoint is not tls://host:port.");
        if (address.Scheme == "tcp" && !IsLoopback(address.Host))
            throw new InvalidOperationException($"Acquirers:{acquirer}:endpoint is in the clear outside loopback: use tls://.");
        return new(address.Host, address.Port, address.Scheme == "tls");
    }

    /// <summary>The dialect of that name.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static IsoDialect Dialect(string acquirer, string name) => IsoDialect.Find(name)
        ?? throw new InvalidOperationException($"Acquirers:{acquirer}:dialect is ascii or binary.");

    static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
