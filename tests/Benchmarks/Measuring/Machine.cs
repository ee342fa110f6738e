namespace Railyard.Benchmarks.Measuring;

/// <summary>What a figure must be read with: how many cores there are, and how much others want of them.</summary>
static class Machine
{
    const string LoadPath = "/proc/loadavg";

    /// <summary>Cores and the load average of the last minute, where the system tells it.</summary>
    public static string Describe() => $"{Environment.ProcessorCount} cores, load average {LoadAverage()}";

    static string LoadAverage() => File.Exists(LoadPath) ? File.ReadAllText(LoadPath).Split(' ')[0] : "unknown";
}
