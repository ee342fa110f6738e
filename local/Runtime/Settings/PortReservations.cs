namespace Railyard.Local.Runtime.Settings;

/// <summary>
/// Keeps runtimes that start at the same time, in this process or another, from choosing the same free port: a port is
/// bound only seconds after it was chosen. A reservation is a locked file, which the system lets go with the process.
/// </summary>
internal static class PortReservations
{
    static readonly List<FileStream> Held = [];
    static readonly string Folder = Path.Combine(Path.GetTempPath(), "railyard-ports");

    /// <summary>Reserves ports in a row, all or none.</summary>
    public static bool TryReserve(int first, int count)
    {
        Directory.CreateDirectory(Folder);
        var locks = new List<FileStream>(count);
        for (var port = first; port < first + count; port++)
        {
            if (TryLock(port) is { } taken)
            {
                locks.Add(taken);
                continue;
            }
            foreach (var given in locks) given.Dispose();
            return false;
        }
        lock (Held) Held.AddRange(locks);
        return true;
    }

    static FileStream? TryLock(int port)
    {
        try
        {
            return new FileStream(
                Path.Combine(Folder, $"{port}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Somebody else has it, and perhaps another user.
            return null;
        }
    }
}
