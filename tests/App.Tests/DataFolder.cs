using System.Text;

namespace Railyard.App.Tests;

/// <summary>Everything that the app and what runs beside it have stored: databases, logs of databases, blobs.</summary>
static class DataFolder
{
    // Held exclusively by the app, and empty.
    const string LockFile = "railyard.lock";

    const int MostTries = 150;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Removes it after its app was killed. The app's child process ends by itself a moment later, and until then it may
    /// still write.
    /// </summary>
    public static async Task RemoveAsync(string folder, CancellationToken cancellation)
    {
        for (var tries = 1; Directory.Exists(folder); tries++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException) when (tries < MostTries)
            {
                await Task.Delay(Pause, TimeProvider.System, cancellation);
            }
        }
    }

    /// <summary>The files that hold a text, as ASCII or as UTF-16.</summary>
    public static List<string> FilesWith(string folder, string text)
    {
        byte[][] wanted = [Encoding.ASCII.GetBytes(text), Encoding.Unicode.GetBytes(text)];
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != LockFile)
            .Where(path => Content(path) is var content && wanted.Any(bytes => content.AsSpan().IndexOf(bytes) >= 0))
            .ToList();
    }

    // The databases are open while they are read.
    static byte[] Content(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }
}
