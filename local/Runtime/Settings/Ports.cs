using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Railyard.Local.Runtime.Settings;

/// <summary>
/// Where everything listens. They are settled before anything starts, so that the app can read them.
/// </summary>
internal sealed record Ports(int App, int Cosmos, int Blob, int Acquirers)
{
    const int DefaultApp = 7071;
    const int DefaultCosmos = 8081;
    const int DefaultBlob = 10_000;
    const int DefaultAcquirers = 7081;
    const int HighestPort = 65_535;

    // Below the range from which systems give outgoing connections their ports, so nobody takes one
    // meanwhile.
    const int LowestFree = 20_000;
    const int HighestFree = 32_000;
    const int MostTries = 200;

    public int Queue => Blob + 1;

    public int Table => Blob + 2;

    public string StorageConnectionString =>
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;" +
        "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/" +
        "KBHBeksoGMGw==;" +
        $"BlobEndpoint=http://127.0.0.1:{Blob}/devstoreaccount1;" +
        $"QueueEndpoint=http://127.0.0.1:{Queue}/devstoreaccount1;" +
        $"TableEndpoint=http://127.0.0.1:{Table}/devstoreaccount1;";

    public static Ports From(IConfiguration settings, bool free, int acquirerCount)
    {
        int Of(string name, int fallback, int count) =>
            Number(settings, name, free ? 0 : fallback) is var port && port > 0 ? port : FreeBlock(count);

        return new Ports(
            Of(SettingNames.Port, DefaultApp, 1),
            Of(SettingNames.CosmosPort, DefaultCosmos, 1),
            Of(SettingNames.AzuritePort, DefaultBlob, 3),
            Of(SettingNames.AcquirersPort, DefaultAcquirers, acquirerCount));
    }

    public static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            probe.Listen();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Says which port is taken and how to choose another, before anything has started.</summary>
    public void RefuseOccupied(int acquirerCount)
    {
        Refuse(App, "--port", "the app");
        Refuse(Cosmos, "--cosmos-port", "Cosmos DB");
        for (var i = 0; i < acquirerCount; i++)
            Refuse(Acquirers + i, "--acquirers-port", "the simulated acquirers");
    }

    /// <summary>
    /// The same for Azurite, whose predecessor on the same data must be given time to leave first.
    /// </summary>
    public void RefuseOccupiedStorage()
    {
        for (var port = Blob; port <= Table; port++) Refuse(port, "--azurite-port", "Azurite");
    }

    static void Refuse(int port, string option, string whose)
    {
        if (!IsFree(port))
            throw new StartRefused(
                $"Port {port}, wanted for {whose}, is in use; stop what uses it, or choose " +
                $"another with {option}.");
    }

    static int Number(IConfiguration settings, string name, int fallback)
    {
        if (settings[name] is not { Length: > 0 } text) return fallback;
        return int.TryParse(text, out var port) && port is >= 0 and <= HighestPort
            ? port
            : throw new StartRefused(
                $"{name.Replace(":", " ", StringComparison.Ordinal)} cannot be \"{text}\".");
    }

    static int FreeBlock(int count)
    {
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            var first = RandomNumberGenerator.GetInt32(LowestFree, HighestFree);
            if (PortReservations.TryReserve(first, count) && Enumerable.Range(first, count).All(IsFree)) return first;
        }
        throw new StartRefused(
            $"No {count} neighbouring ports between {LowestFree} and {HighestFree} are free.");
    }
}
