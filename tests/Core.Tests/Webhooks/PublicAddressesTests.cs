using System.Net;
using Railyard.Core.Webhooks;

namespace Railyard.Core.Tests.Webhooks;

public sealed class PublicAddressesTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")]
    [InlineData("100.100.100.200")]     // Alibaba's metadata
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("168.63.129.16")]       // Azure's host
    [InlineData("169.254.0.1")]
    [InlineData("169.254.169.254")]     // metadata
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]         // Oracle's metadata
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]         // IPv4-compatible
    [InlineData("::ffff:127.0.0.1")]    // IPv4-mapped
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("::ffff:0:10.0.0.1")]   // IPv4-translated
    [InlineData("64:ff9b::10.0.0.1")]   // NAT64
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]              // discard
    [InlineData("2001::1")]             // Teredo
    [InlineData("2001:2::1")]           // benchmarks
    [InlineData("2001:20::1")]          // ORCHID
    [InlineData("2001:1ff::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]      // 6to4 of 127.0.0.1
    [InlineData("2002:808:808::1")]
    [InlineData("3fff::1")]
    [InlineData("3fff:fff::1")]
    [InlineData("5f00::1")]             // segment routing
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]       // AWS's metadata
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void An_address_that_is_not_public_is_refused(string text) =>
        Assert.False(PublicAddresses.Contain(IPAddress.Parse(text).GetAddressBytes()));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.0")]
    [InlineData("168.63.129.15")]
    [InlineData("168.63.129.17")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2001:200::1")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2003::1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("3fff:1000::1")]
    [InlineData("3ffe::1")]
    public void A_public_address_may_be_called(string text) =>
        Assert.True(PublicAddresses.Contain(IPAddress.Parse(text).GetAddressBytes()));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(15)]
    public void What_is_no_address_is_refused(int length) => Assert.False(PublicAddresses.Contain(new byte[length]));

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.9.9.9", true)]
    [InlineData("::1", true)]
    [InlineData("::", false)]
    [InlineData("::2", false)]
    [InlineData("1::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("10.0.0.1", false)]
    public void The_machines_own_addresses_are_known(string text, bool isLoopback) =>
        Assert.Equal(isLoopback, PublicAddresses.IsLoopback(IPAddress.Parse(text).GetAddressBytes()));
}
