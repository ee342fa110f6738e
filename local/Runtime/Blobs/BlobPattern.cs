using System.Text;
using System.Text.RegularExpressions;

namespace Railyard.Local.Runtime.Blobs;

/// <summary>
/// A path such as <c>inbox/{acquirer}/{name}</c>. As in Azure every name takes as much as it can, slashes
/// included, so the first of two names takes the folders.
/// </summary>
internal sealed partial class BlobPattern
{
    static readonly TimeSpan MatchDeadline = TimeSpan.FromSeconds(1);

    readonly Regex pattern;

    BlobPattern(string container, string prefix, Regex pattern)
    {
        Container = container;
        Prefix = prefix;
        this.pattern = pattern;
    }

    public string Container { get; }

    /// <summary>What every matching blob's name begins with.</summary>
    public string Prefix { get; }

    public IReadOnlyList<string> Names => [.. pattern.GetGroupNames().Where(name => name != "0")];

    public static BlobPattern? TryParse(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return new BlobPattern(path, "", Expression("{name}"));
        var container = path[..slash];
        var blob = path[(slash + 1)..];
        if (container.Length == 0 || container.Contains('{', StringComparison.Ordinal)) return null;
        if (blob.Length == 0) return null;
        var brace = blob.IndexOf('{', StringComparison.Ordinal);
        return new BlobPattern(container, brace < 0 ? blob : blob[..brace], Expression(blob));
    }

    /// <summary>The values of the pattern's names, or null where the blob is not one of these.</summary>
    public IReadOnlyDictionary<string, object?>? Match(string blobName)
    {
        var match = pattern.Match(blobName);
        if (!match.Success) return null;
        return Names.ToDictionary(name => name, object? (name) => match.Groups[name].Value);
    }

    static Regex Expression(string blob)
    {
        var expression = new StringBuilder("^");
        var end = 0;
        foreach (Match name in Placeholder().Matches(blob))
        {
            expression.Append(Regex.Escape(blob[end..name.Index]));
            expression.Append($"(?<{name.Groups["name"].Value}>.*)");
            end = name.Index + name.Length;
        }
        expression.Append(Regex.Escape(blob[end..])).Append('$');
        const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;
        return new Regex(expression.ToString(), Options, MatchDeadline);
    }

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
