namespace Railyard.App.Tests;

/// <summary>Settings about the app's timers.</summary>
static class Timers
{
    static readonly string[] Frequent = ["WatchLedger", "FindOverdueExpectations", "CatchUpResolutions", "FindOverdueAtBank"];

    /// <summary>
    /// Switches off the timers that run every few minutes or hours: where a test moves the clock by weeks they would run
    /// thousands of times, and not be what it is about.
    /// </summary>
    public static IReadOnlyDictionary<string, string?> Off { get; } = OffBut("");

    /// <summary>The same, but for one.</summary>
    public static IReadOnlyDictionary<string, string?> OffBut(string kept) => Frequent.Where(function => function != kept)
        .ToDictionary(function => $"AzureWebJobs.{function}.Disabled", _ => (string?)"true");
}
