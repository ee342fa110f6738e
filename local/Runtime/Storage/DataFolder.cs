namespace Railyard.Local.Runtime.Storage;

/// <summary>The folder that holds all local data, taken by one instance at a time.</summary>
internal sealed class DataFolder : IAsyncDisposable
{
    // Its presence is also what makes a folder recognisably ours, so that nobody else's is ever emptied.
    const string LockFile = "railyard.lock";
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    readonly string path;
    readonly FileStream taken;

    DataFolder(string path, FileStream taken)
    {
        this.path = path;
        this.taken = taken;
    }

    public string Path => path;

    public static DataFolder Take(string path, bool fresh)
    {
        try
        {
            RefuseForeign(path);
            Create(path);
            var folder = new DataFolder(path, Lock(path));
            if (fresh) folder.Empty();
            return folder;
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or NotSupportedException)
        {
            throw new StartRefused($"The data folder {path} cannot be used: {fault.Message}", fault);
        }
    }

    public string File(string name) => System.IO.Path.Combine(path, name);

    public string Folder(string name) => Directory.CreateDirectory(File(name)).FullName;

    public ValueTask DisposeAsync() => taken.DisposeAsync();

    static void RefuseForeign(string path)
    {
        if (!Directory.Exists(path) || System.IO.File.Exists(System.IO.Path.Combine(path, LockFile))) return;
        if (Directory.EnumerateFileSystemEntries(path).Any())
            throw new StartRefused(
                $"{path} holds files that are not Railyard's; choose another folder with --data.");
    }

    static void Create(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
            System.IO.File.SetUnixFileMode(path, OwnerOnly);
        }
    }

    static FileStream Lock(string path)
    {
        try
        {
            var file = System.IO.Path.Combine(path, LockFile);
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault)
        {
            throw new StartRefused(
                $"The data folder {path} is in use by another instance; stop it, or choose another " +
                "with --data.",
                fault);
        }
    }

    void Empty()
    {
        foreach (var folder in Directory.EnumerateDirectories(path))
            Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.EnumerateFiles(path))
            if (System.IO.Path.GetFileName(file) != LockFile) System.IO.File.Delete(file);
    }
}
