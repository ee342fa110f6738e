using System.Net;
using System.Net.Sockets;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>Finds the addresses of a name.</summary>
public delegate Task<IPAddress[]> ResolveName(string host, CancellationToken cancellation);

/// <summary>A name led to an address that merchants may not have us call.</summary>
sealed class AddressRefused() : Exception("The address is not public.");

/// <summary>
/// Connects to public addresses only. A name is resolved here, once, and the connection goes to the very address that
/// was looked at: a name that leads elsewhere a moment later (DNS rebinding) changes nothing.
/// </summary>
public sealed class AddressGuard(ResolveName resolve, bool allowsLoopback)
{
    const int MostAddresses = 16;

    /// <summary>Asks the machine's own resolver.</summary>
    public static ResolveName SystemResolver { get; } =
        (host, cancellation) => Dns.GetHostAddressesAsync(host, cancellation);

    /// <summary>Whether a URL may be an endpoint's, as far as it can be told without asking for its name's addresses.</summary>
    internal bool Allows(Uri url)
    {
        var isSecure = url.Scheme == Uri.UriSchemeHttps;
        if (url.IsLoopback && !allowsLoopback) return false;
        if (!isSecure && !(url.IsLoopback && url.Scheme == Uri.UriSchemeHttp)) return false;
        return !IPAddress.TryParse(url.DnsSafeHost, out var address) || Allows(address, isSecure);
    }

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    internal async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var isSecure = context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps;
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        IPAddress[] addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellation);
        // One of them that is not public is enough: whoever answers so is up to something.
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        if (!addresses.All(address => Allows(address, isSecure))) throw new AddressRefused();
        return await ConnectAsync(addresses.Take(MostAddresses).ToArray(), port, cancellation);
    }

    static async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellation)
    {
        for (var next = 0; ; next++)
        {
            var socket = new Socket(addresses[next].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(addresses[next], port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (next < addresses.Length - 1)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    bool Allows(IPAddress address, bool isSecure)
    {
        var octets = address.GetAddressBytes();
        if (PublicAddresses.IsLoopback(octets)) return allowsLoopback;
        return isSecure && PublicAddresses.Contain(octets);
    }
}
