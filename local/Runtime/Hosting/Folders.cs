namespace Railyard.Local.Runtime.Hosting;

/// <summary>Where the app, the repository it was built from and the resources beside it are.</summary>
internal sealed record Folders(string App, string? Repository)
{
    const string RepositoryMark = "Functions.sln";
    const int MostParents = 12;

    public string Resource(string name) => Path.Combine(App, "resources", name);

    public static Folders Of(string app) => new(app, RepositoryAbove(app));

    public string RepositoryOrRefuse() =>
        Repository ?? throw new StartRefused(
            $"The repository ({RepositoryMark}) was not found above {App}; " +
            "the local runtime runs from a clone of it.");

    static string? RepositoryAbove(string folder)
    {
        var parent = new DirectoryInfo(folder);
        for (var depth = 0; parent is not null && depth < MostParents; depth++, parent = parent.Parent)
            if (File.Exists(Path.Combine(parent.FullName, RepositoryMark))) return parent.FullName;
        return null;
    }
}
