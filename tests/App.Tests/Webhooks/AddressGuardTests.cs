using System.Net;
using Railyard.App.Webhooks;

namespace Railyard.App.Tests.Webhooks;

public sealed class AddressGuardTests
{
    static readonly IPAddress Private = IPAddress.Parse("192.168.1.1");

    static AddressGuard Guard(bool allowsLoopback, params IPAddress[] addresses) =>
        new((_, _) => Task.FromResult(addresses), allowsLoopback);

    [Theory]
    [InlineData("https://merchant.example/hooks", true)]
    [InlineData("https://merchant.example:8443/hooks?a=b", true)]
    [InlineData("https://1.1.1.1/", true)]
    [InlineData("https://[2606:4700:4700::1111]/", true)]
    [InlineData("http://merchant.example/hooks", false)]
    [InlineData("http://localhost/", false)]
    [InlineData("http://127.0.0.1/", false)]
    [InlineData("https://127.0.0.1/", false)]
    [InlineData("https://localhost/", false)]
    [InlineData("https://10.0.0.1/", false)]
    [InlineData("https://2130706433/", false)]
    [InlineData("https://0x7f.1/", false)]
    [InlineData("https://0/", false)]
    [InlineData("https://[::1]/", false)]
    [InlineData("https://[::ffff:10.0.0.1]/", false)]
    [InlineData("https://169.254.169.254/latest/meta-data", false)]
    [InlineData("ftp://merchant.example/", false)]
    [InlineData("file:///etc/passwd", false)]
    public void In_production_an_endpoint_is_https_and_public(string url, bool isAllowed) =>
        Assert.Equal(isAllowed, Guard(allowsLoopback: false).Allows(new Uri(url)));

    [Theory]
    [InlineData("http://localhost:3000/", true)]
    [InlineData("http://127.0.0.1:3000/", true)]
    [InlineData("https://localhost/", true)]
    [InlineData("http://[::1]/", true)]
    [InlineData("http://merchant.example/", false)]
    [InlineData("http://10.0.0.1/", false)]
    [InlineData("https://10.0.0.1/", false)]
    public void On_a_developers_machine_it_may_be_that_machine(string url, bool isAllowed) =>
        Assert.Equal(isAllowed, Guard(allowsLoopback: true).Allows(new Uri(url)));

    [Fact]
    public async Task A_name_that_leads_elsewhere_a_moment_later_changes_nothing()
    {
        await using var receiver = await Receiver.StartAsync(TimeProvider.System);
        var asked = 0;
        var guard = new AddressGuard(
            (_, _) => Task.FromResult<IPAddress[]>([asked++ == 0 ? IPAddress.Loopback : Private]), allowsLoopback: true);

        var first = await PostAsync(guard, PortOf(receiver));
        var second = await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(guard, PortOf(receiver)));

        Assert.Equal(HttpStatusCode.OK, first);
        Assert.IsType<AddressRefused>(second.InnerException);
        Assert.Equal(2, asked);
        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task Where_loopback_is_not_allowed_a_name_that_leads_there_is_refused()
    {
        await using var receiver = await Receiver.StartAsync(TimeProvider.System);
        var guard = Guard(allowsLoopback: false, IPAddress.Loopback);

        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(guard, PortOf(receiver)));

        Assert.IsType<AddressRefused>(fault.InnerException);
        Assert.Empty(receiver.All);
    }

    [Fact]
    public async Task Where_one_address_does_not_answer_the_next_is_tried()
    {
        await using var receiver = await Receiver.StartAsync(TimeProvider.System);
        var guard = Guard(allowsLoopback: true, IPAddress.IPv6Loopback, IPAddress.Loopback);

        Assert.Equal(HttpStatusCode.OK, await PostAsync(guard, PortOf(receiver)));
    }

    static int PortOf(Receiver receiver) => new Uri(receiver.Url).Port;

    static async Task<HttpStatusCode> PostAsync(AddressGuard guard, int port)
    {
        using var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = guard.ConnectAsync, UseProxy = false });
        using var body = new StringContent("{}");
        using var answer = await http.PostAsync(
            new Uri($"http://merchant.example:{port}/"), body, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
