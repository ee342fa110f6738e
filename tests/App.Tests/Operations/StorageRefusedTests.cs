using System.Net;
using System.Net.Sockets;

namespace Railyard.App.Tests.Operations;

/// <summary>The app, started as a person does it, where blob storage cannot start at all.</summary>
public sealed class StorageRefusedTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_occupied_storage_port_ends_the_app_with_one_line_and_exit_code_1()
    {
        var folder = Directory.CreateTempSubdirectory("railyard-refused-").FullName;
        using var app = new AppProcess(folder);
        using var occupant = new TcpListener(IPAddress.Loopback, app.StoragePort);
        occupant.Start();

        app.Start();
        var exitCode = await app.WaitForExitAsync(Cancellation);

        Assert.Equal(1, exitCode);
        Assert.Equal(
            $"Port {app.StoragePort}, wanted for Azurite, is in use; stop what uses it, or choose another with --azurite-port.",
            Assert.Single(app.Complaints));
        await DataFolder.RemoveAsync(folder, Cancellation);
    }

    [Fact]
    public async Task A_missing_node_ends_the_app_with_one_line_and_exit_code_1()
    {
        var folder = Directory.CreateTempSubdirectory("railyard-refused-").FullName;
        using var app = new AppProcess(folder);

        // The shortest way to a machine without Node.js: a path on which there is nothing.
        app.Start(path: folder);
        var exitCode = await app.WaitForExitAsync(Cancellation);

        Assert.Equal(1, exitCode);
        Assert.Equal(
            "node was not found; Azurite needs Node.js (https://nodejs.org).", Assert.Single(app.Complaints));
        await DataFolder.RemoveAsync(folder, Cancellation);
    }
}
