using Microsoft.Extensions.Hosting;

namespace Railyard.Local.Runtime.Hosting;

/// <summary>
/// A host that leaves the process's signals to somebody else: to the app, or to the test that runs it.
/// </summary>
internal sealed class Unattended : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
