using Railyard.Local.Runtime;

namespace Railyard.Local.Tests.Runtime;

/// <summary>One app for all tests of a class.</summary>
public abstract class SampleApp : IAsyncLifetime
{
    RunningApp? app;
    HttpClient? client;

    internal RunningApp App => app!;

    internal HttpClient Client => client!;

    public async ValueTask InitializeAsync()
    {
        app = await StartAsync();
        client = new HttpClient { BaseAddress = new Uri(app.Address, "/api/") };
    }

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        if (app is not null) await app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<RunningApp> StartAsync();
}
