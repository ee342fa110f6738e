namespace Railyard.Benchmarks.Measuring;

/// <summary>The source tree that the benchmarks were built from.</summary>
static class RepositoryFolder
{
    public static string Root { get; } = Find();

    static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Functions.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The benchmarks do not run inside the repository.");
    }
}
