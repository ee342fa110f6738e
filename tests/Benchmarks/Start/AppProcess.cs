using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace Railyard.Benchmarks.Start;

/// <summary>The app as a process of its own, on free ports and a data folder of its own.</summary>
sealed class AppProcess : IAsyncDisposable
{
    const int FirstPort = 20_000;
    const int LastPort = 25_000;
    const int PortStep = 97;
    const int Ports = 7;
    const int MostLinesKept = 40;
    static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(90);
    static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    readonly Process process;
    readonly ConcurrentQueue<string> lastLines = [];
    readonly int port;

    AppProcess(Process process, int port) => (this.process, this.port) = (process, port);

    public Uri Address => new($"http://127.0.0.1:{port}");

    public Uri Cosmos => new($"http://127.0.0.1:{CosmosPort}");

    public int CosmosPort => port + 1;

    public int BlobPort => port + 2;

    public int ProcessId => process.Id;

    /// <summary>What it has cost so far on all cores, which others on the machine change less than its speed.</summary>
    public TimeSpan Cpu
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    const string MostPerSecond = "100000";

    public static AppProcess Start(string dataFolder)
    {
        var first = FreePorts();
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "Railyard.App.dll"),
                "--data", dataFolder,
                "--port", $"{first}",
                "--cosmos-port", $"{first + 1}",
                "--azurite-port", $"{first + 2}",
                "--acquirers-port", $"{first + 5}",
            },
        };
        // What the machine can do is measured, not what a merchant may.
        start.Environment["RateLimit__perSecond"] = MostPerSecond;
        start.Environment["RateLimit__burst"] = MostPerSecond;
        var app = new AppProcess(Process.Start(start)!, first);
        app.process.OutputDataReceived += (_, line) => app.Keep(line.Data);
        app.process.ErrorDataReceived += (_, line) => app.Keep(line.Data);
        app.process.BeginOutputReadLine();
        app.process.BeginErrorReadLine();
        return app;
    }

    /// <summary>Completes when GET /health is answered with 200.</summary>
    public async Task UntilItAnswersAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        await UntilAsync(async () =>
        {
            using var answer = await http.GetAsync("/health");
            return answer.IsSuccessStatusCode;
        });
    }

    /// <summary>Completes when something listens there.</summary>
    public Task UntilListensAsync(int listening) => UntilAsync(async () =>
    {
        using var probe = new TcpClient();
        await probe.ConnectAsync("127.0.0.1", listening);
        return true;
    });

    /// <summary>Ends it and everything it started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().WaitAsync(EndsWithin);
        process.Dispose();
    }

    async Task UntilAsync(Func<Task<bool>> isThere)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begin) < AnswersWithin)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"The app ended with {process.ExitCode}: {string.Join('\n', lastLines)}");
            try
            {
                if (await isThere()) return;
            }
            catch (Exception fault) when (fault is HttpRequestException or SocketException)
            {
                // It does not listen yet.
            }
            await Task.Delay(Pause, TimeProvider.System);
        }
        throw new TimeoutException($"The app does not answer: {string.Join('\n', lastLines)}");
    }

    void Keep(string? line)
    {
        if (line is null) return;
        lastLines.Enqueue(line);
        if (lastLines.Count > MostLinesKept) lastLines.TryDequeue(out _);
    }

    static int FreePorts()
    {
        for (var first = FirstPort; first < LastPort; first += PortStep)
            if (Enumerable.Range(first, Ports).All(IsFree)) return first;
        throw new InvalidOperationException("No ports are free.");
    }

    static bool IsFree(int candidate)
    {
        try
        {
            using var listener = new TcpListener(System.Net.IPAddress.Loopback, candidate);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
