using System.Text;

namespace Railyard.App.Tests;

/// <summary>Everything that the app and what runs beside it have stored: databases, logs of databases, blobs.</summary>
static class DataFolder
{
    // Held exclusively by the app, and empty.
    const string LockFile = "railyard.lock";

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
