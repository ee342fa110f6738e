using System.Diagnostics;
using System.Text;
using Railyard.Local.Runtime.Hosting;
using Railyard.Local.Runtime.Settings;

namespace Railyard.Local.Runtime.Storage;

/// <summary>
/// Azurite as a child process. It ends, with its metadata saved, when its standard input closes, which the
/// system
/// does for us even after <c>kill -9</c>.
/// </summary>
internal sealed class Azurite : IAsyncDisposable
{
    const string LastToListen = "Table service is successfully listening";
    const int MostLinesKept = 50;
    static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(90);
    static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(15);

    readonly Process process;
    readonly TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly StringBuilder said = new();
    int linesKept;

    Azurite(Process process) => this.process = process;

    public static async Task<Azurite> StartAsync(Setup setup, CancellationToken cancellation)
    {
        var home = Path.Combine(setup.Folders.RepositoryOrRefuse(), "local", "Azurite");
        await AzuriteInstallation.EnsureAsync(home, cancellation);
        var data = Path.Combine(setup.DataFolder, "azurite");
        Directory.CreateDirectory(data);
        await PreviousAzurite.WaitUntilGoneAsync(data, cancellation);
        setup.Ports.RefuseOccupiedStorage();

        var azurite = new Azurite(Node.Process(home, Arguments(data, setup.Ports)));
        await azurite.ListenAsync(cancellation);
        PreviousAzurite.Remember(data, azurite.process.Id);
        return azurite;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(StopDeadline);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        process.Dispose();
    }

    static string[] Arguments(string data, Ports ports) =>
    [
        "start.mjs",
        "--location", data,
        "--silent", "--loose", "--skipApiVersionCheck", "--disableTelemetry",
        "--blobHost", "127.0.0.1", "--blobPort", $"{ports.Blob}",
        "--queueHost", "127.0.0.1", "--queuePort", $"{ports.Queue}",
        "--tableHost", "127.0.0.1", "--tablePort", $"{ports.Table}",
    ];

    async Task ListenAsync(CancellationToken cancellation)
    {
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.Exited += (_, _) =>
            listening.TrySetException(new StartRefused($"Azurite ended at start: {Said()}"));
        process.EnableRaisingEvents = true;
        Node.Start(process);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await listening.Task.WaitAsync(StartDeadline, TimeProvider.System, cancellation);
        }
        catch (Exception fault)
        {
            await DisposeAsync();
            if (fault is TimeoutException)
                throw new StartRefused(
                    $"Azurite did not listen within {StartDeadline.TotalSeconds} seconds: {Said()}");
            throw;
        }
    }

    void Hear(string? line)
    {
        if (line is null) return;
        if (line.Contains(LastToListen, StringComparison.Ordinal)) listening.TrySetResult();
        lock (said)
        {
            if (linesKept++ < MostLinesKept) said.Append(line).Append(' ');
        }
    }

    string Said()
    {
        lock (said) return said.ToString().Trim();
    }
}
