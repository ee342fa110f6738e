using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Railyard.Local.Runtime.Testing;

namespace Railyard.Local.Runtime;

/// <summary>How a test wants the app to run.</summary>
public sealed record LocalOptions
{
    /// <summary>Where the data lives; null for a temporary folder that is removed with the app.</summary>
    public string? DataFolder { get; init; }

    /// <summary>What goes wrong from the start on; null for nothing.</summary>
    public FaultPlan? Faults { get; init; }

    /// <summary>The clock of the runtime and the app, a virtual one perhaps; null for the system's.</summary>
    public TimeProvider? Time { get; init; }

    /// <summary>Settings that win over every file, variable and argument.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>
    /// Whether ports that <see cref="Settings"/> does not name are free ones rather than the defaults.
    /// </summary>
    public bool FreePorts { get; init; } = true;

    /// <summary>
    /// Whether the app counts as started only when blob storage answers too, rather than as soon as it takes requests.
    /// </summary>
    public bool AwaitsStorage { get; init; } = true;

    /// <summary>Where the logs go; null for nowhere.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }

    /// <summary>Services that replace or join the app's own, applied after them.</summary>
    public Action<IServiceCollection>? Services { get; init; }
}
