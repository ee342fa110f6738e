using Microsoft.Extensions.Logging;
using Railyard.Local.Runtime;

[assembly: AssemblyFixture(typeof(Railyard.App.Tests.RunningRailyard))]

namespace Railyard.App.Tests;

/// <summary>The app as it is, on the whole local runtime, once for all tests of the assembly.</summary>
public sealed class RunningRailyard : IAsyncLifetime
{
    readonly CapturedLogs logs = new();
    RunningApp? app;

    /// <summary>The app.</summary>
    public RunningApp App => app ?? throw new InvalidOperationException("The app has not started.");

    /// <summary>Everything that was logged, as text.</summary>
    public string Logs => logs.Text;

    /// <summary>A merchant's client with the sandbox key.</summary>
    public Client Merchant => new(App.Address, "sk_sandbox_local");

    /// <summary>An operator's client with the sandbox key.</summary>
    public Client Operator => new(App.Address, "ok_sandbox_local");

    /// <summary>A client of a simulated acquirer's own pages.</summary>
    public Client Acquirer(string name) => new(App.Acquirers[name], key: null);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var options = new LocalOptions
        {
            Logging = logging => logging.AddProvider(logs).SetMinimumLevel(LogLevel.Debug),
        };
        app = await RunningApp.StartAsync(typeof(Containers).Assembly, options, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }
}

/// <summary>Keeps what is logged, exceptions included.</summary>
sealed class CapturedLogs : ILoggerProvider
{
    readonly System.Collections.Concurrent.ConcurrentQueue<string> lines = [];

    public string Text => string.Join('\n', lines);

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, lines);

    public void Dispose()
    {
    }

    sealed class Logger(string category, System.Collections.Concurrent.ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
