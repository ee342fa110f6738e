namespace Railyard.Local.Acquirers;

/// <summary>
/// Where the acquirers listen: from a first port on, each with its pages in the order of the file, then the hosts of
/// ISO 8583; or, where no first port is given, as the file says. A port of 0 is a free one.
/// </summary>
sealed class AcquirerPorts(IReadOnlyList<AcquirerProfile> profiles, int? first)
{
    /// <summary>How many there are.</summary>
    public int Count => profiles.Count + Hosts.Count();

    IEnumerable<AcquirerProfile> Hosts => profiles.Where(profile => profile.Protocol == Protocol.Iso8583);

    public int PagesOf(AcquirerProfile profile) => At(profile.Port, profiles.Index().First(one => one.Item == profile).Index);

    public int HostOf(AcquirerProfile profile) =>
        At(profile.IsoPort, profiles.Count + Hosts.Index().First(one => one.Item == profile).Index);

    /// <summary>Where the app calls it.</summary>
    public string EndpointOf(AcquirerProfile profile) => profile.Protocol switch
    {
        Protocol.Adyen or Protocol.Stripe => $"http://localhost:{PagesOf(profile)}",
        Protocol.Iso8583 => $"tcp://localhost:{HostOf(profile)}",
    };

    int At(int port, int position) => first switch
    {
        null => port,
        0 => 0,
        { } from => from + position,
    };
}
