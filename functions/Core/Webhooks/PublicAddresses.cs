using System.Globalization;

namespace Railyard.Core.Webhooks;

/// <summary>
/// Which addresses of the internet a merchant may have us call. What is not public leads into somebody's own network,
/// ours first of all, or to nobody.
/// </summary>
public static class PublicAddresses
{
    const int Version4Length = 4;
    const int Version6Length = 16;

    // The IANA IPv4 special-purpose registry, and what is special in clouds.
    static readonly Block[] NotPublic4 =
    [
        Block.Version4("0.0.0.0/8"),          // this network, the unspecified address
        Block.Version4("10.0.0.0/8"),         // private
        Block.Version4("100.64.0.0/10"),      // shared by carriers (CGNAT)
        Block.Version4("127.0.0.0/8"),        // loopback
        Block.Version4("168.63.129.16/32"),   // Azure's own host, under a public address
        Block.Version4("169.254.0.0/16"),     // link local, and the clouds' metadata
        Block.Version4("172.16.0.0/12"),      // private
        Block.Version4("192.0.0.0/24"),       // protocol assignments
        Block.Version4("192.0.2.0/24"),       // documentation
        Block.Version4("192.31.196.0/24"),    // AS112
        Block.Version4("192.52.193.0/24"),    // AMT
        Block.Version4("192.88.99.0/24"),     // 6to4 relays
        Block.Version4("192.168.0.0/16"),     // private
        Block.Version4("192.175.48.0/24"),    // AS112
        Block.Version4("198.18.0.0/15"),      // benchmarks
        Block.Version4("198.51.100.0/24"),    // documentation
        Block.Version4("203.0.113.0/24"),     // documentation
        Block.Version4("224.0.0.0/4"),        // multicast
        Block.Version4("240.0.0.0/4"),        // reserved, and broadcast
    ];

    // Global unicast is the only public space there is. What lies outside is refused with it: ::, ::1, IPv4 in IPv6
    // (::ffff:0:0/96), NAT64 (64:ff9b::/96, 64:ff9b:1::/48), unique local (fc00::/7), link local (fe80::/10), multicast.
    static readonly Block GlobalUnicast = Block.Version6(0x20, 0x00) with { Bits = 3 };

    static readonly Block[] NotPublic6 =
    [
        Block.Version6(0x20, 0x01, 0x00, 0x00) with { Bits = 23 },   // protocol assignments, Teredo, benchmarks, ORCHID
        Block.Version6(0x20, 0x01, 0x0d, 0xb8),                      // documentation
        Block.Version6(0x20, 0x02),                                  // 6to4: an IPv4 address of any kind within
        Block.Version6(0x26, 0x20, 0x00, 0x4f, 0x80, 0x00),          // AS112
        Block.Version6(0x3f, 0xff, 0x00, 0x00) with { Bits = 20 },   // documentation
    ];

    /// <summary>Whether an address, in network byte order, may be called.</summary>
    public static bool Contain(ReadOnlySpan<byte> address) => address.Length switch
    {
        Version4Length => !Lies(address, NotPublic4),
        Version6Length => GlobalUnicast.Holds(address) && !Lies(address, NotPublic6),
        _ => false,
    };

    /// <summary>Whether an address is one of the machine's own.</summary>
    public static bool IsLoopback(ReadOnlySpan<byte> address) => address.Length switch
    {
        Version4Length => address[0] == 127,
        Version6Length => !address[..^1].ContainsAnyExcept((byte)0) && address[^1] == 1,
        _ => false,
    };

    static bool Lies(ReadOnlySpan<byte> address, Block[] blocks)
    {
        foreach (var block in blocks)
            if (block.Holds(address)) return true;
        return false;
    }

    sealed record Block(byte[] Start, int Bits)
    {
        public static Block Version4(string text)
        {
            var parts = text.Split('.', '/').Select(part => byte.Parse(part, CultureInfo.InvariantCulture)).ToArray();
            return new Block(parts[..Version4Length], parts[Version4Length]);
        }

        public static Block Version6(params byte[] start) => new(start, start.Length * 8);

        public bool Holds(ReadOnlySpan<byte> address)
        {
            for (var bit = 0; bit < Bits; bit += 8)
            {
                var mask = (byte)(0xFF << Math.Max(8 - (Bits - bit), 0) & 0xFF);
                if (((address[bit / 8] ^ Start[bit / 8]) & mask) != 0) return false;
            }
            return true;
        }
    }
}
