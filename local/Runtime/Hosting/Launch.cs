using System.Reflection;

namespace Railyard.Local.Runtime.Hosting;

/// <summary>
/// What a test wants of the app whose entry point it runs; seen by everything that entry point calls.
/// </summary>
internal sealed class Launch(
    Assembly app, IReadOnlyList<Type> functionTypes, LocalOptions options, string dataFolder)
{
    static readonly AsyncLocal<Launch?> Surrounding = new();

    readonly TaskCompletionSource<LocalHost> started =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static Launch? Current
    {
        get => Surrounding.Value;
        set => Surrounding.Value = value;
    }

    public Assembly App => app;

    public IReadOnlyList<Type> FunctionTypes => functionTypes;

    public LocalOptions Options => options;

    public string DataFolder => dataFolder;

    /// <summary>Completes when the app listens, or fails with what kept it from starting.</summary>
    public Task<LocalHost> Started => started.Task;

    public void HasStarted(LocalHost host) => started.TrySetResult(host);

    public void HasFailed(Exception cause) => started.TrySetException(cause);
}
