using System.Diagnostics;
using System.Globalization;

namespace Railyard.Local.Runtime.Storage;

/// <summary>
/// The Azurite of an instance that was killed may still be saving the metadata that the next one reads, so
/// the next one waits for it.
/// </summary>
internal static class PreviousAzurite
{
    const string ProcessFile = "process";
    const string ProcessName = "node";
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static void Remember(string data, int processId) =>
        File.WriteAllText(Path.Combine(data, ProcessFile), processId.ToString(CultureInfo.InvariantCulture));

    public static async Task WaitUntilGoneAsync(string data, CancellationToken cancellation)
    {
        var file = Path.Combine(data, ProcessFile);
        if (!File.Exists(file)) return;
        if (Find(await File.ReadAllTextAsync(file, cancellation)) is not { } previous) return;
        using (previous)
        {
            try
            {
                await previous.WaitForExitAsync(cancellation).WaitAsync(
                    Deadline, TimeProvider.System, cancellation);
            }
            catch (TimeoutException)
            {
                throw new StartRefused(
                    $"The previous Azurite (process {previous.Id}) still runs; end it and try again.");
            }
        }
    }

    // A number that belongs to another program by now says that the previous Azurite is gone.
    static Process? Find(string text)
    {
        if (!int.TryParse(text, out var processId)) return null;
        try
        {
            var process = Process.GetProcessById(processId);
            var isNode = process.ProcessName.StartsWith(ProcessName, StringComparison.OrdinalIgnoreCase);
            if (isNode) return process;
            process.Dispose();
            return null;
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
