namespace Railyard.Local.Cosmos.Wire;

/// <summary>A path such as <c>/dbs/{d}/colls/{c}/docs/{id}</c>, taken apart.</summary>
sealed record ResourcePath(IReadOnlyList<string> Segments)
{
    public static ResourcePath Parse(string rawTarget)
    {
        var path = rawTarget.AsSpan();
        if (path.IndexOf('?') is >= 0 and var query) path = path[..query];
        var segments = path.Trim('/').ToString().Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < segments.Length; i++) segments[i] = Uri.UnescapeDataString(segments[i]);
        return new ResourcePath(segments);
    }

    /// <summary>dbs, colls, docs, pkranges, or empty for the account.</summary>
    public string ResourceType => Segments.Count switch
    {
        0 => "",
        var count when count % 2 == 0 => Segments[count - 2],
        var count => Segments[count - 1],
    };

    public bool IsFeed => Segments.Count % 2 == 1;

    public string? Database => At(1);
    public string? Container => At(3);
    public string? Item => At(5);

    /// <summary>What a request is signed for: the resource itself, or the owner of a feed.</summary>
    public string SignedName => string.Join('/', IsFeed ? Segments.SkipLast(1) : Segments);

    /// <summary>The same for a path made of resource ids, which are signed alone and in lower case.</summary>
    public string SignedResourceId =>
        (IsFeed ? At(Segments.Count - 2) : At(Segments.Count - 1))?.ToLowerInvariant() ?? "";

    string? At(int index) => index >= 0 && index < Segments.Count ? Segments[index] : null;
}
