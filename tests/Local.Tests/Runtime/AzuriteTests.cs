using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Railyard.Local.Runtime.Hosting;
using Railyard.Local.Runtime.Settings;
using Railyard.Local.Runtime.Storage;

namespace Railyard.Local.Tests.Runtime;

public sealed class AzuriteTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Starts start.mjs as the app does, says which process that is, and then waits to be killed.
    const string Starter = """
        const { spawn } = require("node:child_process");
        const child = spawn(process.execPath, ["start.mjs", ...process.argv.slice(1)],
          { stdio: ["pipe", "pipe", "inherit"] });
        child.stdout.on("data", text => {
          if (text.toString().includes("Table service is successfully listening")) console.log(child.pid);
        });
        """;

    readonly string folder = Directory.CreateTempSubdirectory("railyard-azurite-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Azurite_does_not_outlive_an_app_that_is_killed()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var home =
            Path.Combine(Folders.Of(AppContext.BaseDirectory).RepositoryOrRefuse(), "local", "Azurite");
        await AzuriteInstallation.EnsureAsync(home, cancellation);
        var ports = Ports.From(new ConfigurationManager(), free: true, acquirerCount: 1);
        using var app = Node.Process(
            home,
            ["-e", Starter, "--", "--location", folder, "--silent", "--disableTelemetry",
                "--blobPort", $"{ports.Blob}", "--queuePort", $"{ports.Queue}",
                "--tablePort", $"{ports.Table}"]);
        Node.Start(app);
        var azuriteId = await app.StandardOutput.ReadLineAsync(cancellation).AsTask()
            .WaitAsync(Patience, TimeProvider.System, cancellation);
        using var azurite = Process.GetProcessById(int.Parse(azuriteId!));

        app.Kill();

        await azurite.WaitForExitAsync(cancellation).WaitAsync(Patience, TimeProvider.System, cancellation);
        Assert.True(Ports.IsFree(ports.Blob));
        Assert.True(File.Exists(Path.Combine(folder, "__azurite_db_blob__.json")));
    }
}
