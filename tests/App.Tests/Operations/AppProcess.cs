using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Railyard.App.Tests.Operations;

/// <summary>The app as a process of its own, as <c>dotnet run</c> starts it, which can be killed.</summary>
sealed class AppProcess : IDisposable
{
    static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(90);
    const int FirstPort = 15_000;
    const int PortsApart = 97;
    const int MostTries = 50;
    // Each has a port for its pages, and after those there is one for each that speaks something else than HTTP.
    const int AcquirerCount = 3;
    const int HostCount = 1;
    static int handedOut;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    readonly string dataFolder;
    readonly int port;
    readonly int acquirersPort;
    readonly string[] arguments;
    readonly StreamWriter output;
    readonly List<string> complaints = [];
    Process? process;

    public AppProcess(string dataFolder)
    {
        this.dataFolder = dataFolder;
        var ports = FreePorts(5 + AcquirerCount + HostCount);
        port = ports[0];
        acquirersPort = ports[5];
        arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Railyard.App.dll"),
            "--data", dataFolder,
            "--port", $"{port}",
            "--cosmos-port", $"{ports[1]}",
            "--azurite-port", $"{StoragePort = ports[2]}",
            "--acquirers-port", $"{acquirersPort}",
        ];
        output = new StreamWriter(Path.Combine(Path.GetDirectoryName(dataFolder)!, $"{Path.GetFileName(dataFolder)}.log"))
        {
            AutoFlush = true,
        };
    }

    public Uri Address => new($"http://127.0.0.1:{port}");

    /// <summary>The first of the three ports of blob storage.</summary>
    public int StoragePort { get; }

    /// <summary>What it has written to standard error.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (output) return [.. complaints];
        }
    }

    /// <summary>The simulated acquirers, in the order of their ports.</summary>
    public IReadOnlyList<Uri> Acquirers =>
        [.. Enumerable.Range(acquirersPort, AcquirerCount).Select(pages => new Uri($"http://127.0.0.1:{pages}"))];

    /// <summary>Starts it, and does not wait for anything.</summary>
    public void Start(string? path = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (path is not null) start.Environment["PATH"] = path;
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Complain(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Waits until it has ended by itself, and answers its exit code.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellation)
    {
        await process!.WaitForExitAsync(cancellation).WaitAsync(StartsWithin, TimeProvider.System, cancellation);
        return process.ExitCode;
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public async Task KillAsync(CancellationToken cancellation)
    {
        process!.Kill();
        await process.WaitForExitAsync(cancellation);
        process.Dispose();
        process = null;
    }

    public void Dispose()
    {
        if (process is { HasExited: false }) process.Kill();
        process?.Dispose();
        output.Dispose();
    }

    /// <summary>Waits until it answers.</summary>
    public async Task WaitUntilItAnswersAsync(CancellationToken cancellation)
    {
        var started = process!;
        using var http = new HttpClient();
        var begin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Assert.False(started.HasExited, $"It ended with {(started.HasExited ? started.ExitCode : 0)}; see {dataFolder}.log");
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < StartsWithin, $"It does not answer; see {dataFolder}.log");
            try
            {
                using var answer = await http.GetAsync(new Uri(Address, "/health"), cancellation);
                if (answer.StatusCode == HttpStatusCode.OK) return;
            }
            catch (Exception fault) when (fault is HttpRequestException or SocketException)
            {
                // It does not listen yet.
            }
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }

    void Complain(string? line)
    {
        if (line is null) return;
        lock (output) complaints.Add(line);
        Write(line);
    }

    void Write(string? line)
    {
        lock (output)
            if (line is not null && output.BaseStream is not null) output.WriteLine(line);
    }

    // Several in a row, since storage takes three and the acquirers two that follow each other; below those that the
    // runtime gives to apps that do not ask for any, so that none is taken while this one is down.
    static int[] FreePorts(int count)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            // No two apps of one run are given the same: both may look before either listens.
            var first = FirstPort + (Interlocked.Increment(ref handedOut) % MostTries * PortsApart);
            var ports = Enumerable.Range(first, count).ToArray();
            if (ports.All(IsFree)) return ports;
        }
        throw new InvalidOperationException("No ports are free.");
    }

    static bool IsFree(int candidate)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, candidate);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
