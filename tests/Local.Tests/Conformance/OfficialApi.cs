using System.Collections.Frozen;

namespace Railyard.Local.Tests.Conformance;

/// <summary>The public surface of the official assemblies, as one line a type or member.</summary>
internal sealed class OfficialApi
{
    const string RepositoryMark = "Functions.sln";

    readonly FrozenSet<string> members;
    readonly FrozenDictionary<string, OfficialType> types;

    OfficialApi(IEnumerable<string> lines)
    {
        var all = lines.Where(line => line.Length > 0 && line[0] != '#').ToArray();
        members =
            all.Where(line => line[0] == ' ').Select(line => WithoutAttributes(line.Trim())).ToFrozenSet();
        types = all
            .Where(line => line[0] != ' ' && !line.StartsWith("[assembly:", StringComparison.Ordinal))
            .Select(OfficialType.Parse)
            .GroupBy(type => type.Declaration)
            .ToFrozenDictionary(same => same.Key, same => same.First());
    }

    /// <summary>Null where the lists are not kept beside the repository.</summary>
    public static OfficialApi? Load() =>
        Folder() is { } folder
            ? new OfficialApi(Directory.EnumerateFiles(folder, "*.txt").SelectMany(File.ReadLines)) : null;

    public bool HasMember(string line) => members.Contains(line);

    public OfficialType? Find(string declaration) => types.GetValueOrDefault(declaration);

    /// <summary>
    /// What the official type offers under the same name, to show what a wrong line should have been.
    /// </summary>
    public IEnumerable<string> MembersNamed(string qualifiedName) =>
        members.Where(line => line.Contains(' ' + qualifiedName, StringComparison.Ordinal)).Take(4);

    /// <summary>
    /// Cuts the attributes that stand before a declaration, minding brackets inside brackets and strings.
    /// </summary>
    internal static string WithoutAttributes(string line)
    {
        while (line.StartsWith('[')) line = line[(EndOfAttribute(line) + 1)..].TrimStart();
        return line;
    }

    static int EndOfAttribute(string line)
    {
        var depth = 0;
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"') quoted = !quoted;
            if (quoted) continue;
            if (line[i] == '[') depth++;
            if (line[i] == ']' && --depth == 0) return i;
        }
        throw new FormatException($"An attribute does not end: {line}");
    }

    static string? Folder()
    {
        var start = new DirectoryInfo(AppContext.BaseDirectory);
        for (var parent = start; parent is not null; parent = parent.Parent)
        {
            if (!File.Exists(Path.Combine(parent.FullName, RepositoryMark))) continue;
            return Candidates(parent).FirstOrDefault(Directory.Exists);
        }
        return null;
    }

    // A clone may itself lie one folder deeper than usual, beside other clones.
    static IEnumerable<string> Candidates(DirectoryInfo repository)
    {
        yield return Path.Combine(repository.FullName, "..", "shared", "api");
        yield return Path.Combine(repository.FullName, "..", "..", "shared", "api");
    }
}

/// <summary>The first line of an official type: what it is, and what it derives from.</summary>
internal sealed record OfficialType(string Declaration, IReadOnlyList<string> Parents, string? Usage)
{
    const string UsageMark = "[System.AttributeUsage(";

    public static OfficialType Parse(string line)
    {
        var usage = line.StartsWith(UsageMark, StringComparison.Ordinal)
            ? line[UsageMark.Length..line.IndexOf(')', StringComparison.Ordinal)]
            : null;
        var plain = OfficialApi.WithoutAttributes(line);
        var constraint = plain.IndexOf(" where ", StringComparison.Ordinal);
        if (constraint >= 0) plain = plain[..constraint];
        var colon = plain.IndexOf(" : ", StringComparison.Ordinal);
        return colon < 0
            ? new OfficialType(plain, [], usage)
            : new OfficialType(plain[..colon], SplitOutsideBrackets(plain[(colon + 3)..]), usage);
    }

    static List<string> SplitOutsideBrackets(string list)
    {
        var parts = new List<string>();
        var depth = 0;
        var start = 0;
        for (var i = 0; i < list.Length; i++)
        {
            if (list[i] == '<') depth++;
            if (list[i] == '>') depth--;
            if (list[i] != ',' || depth != 0) continue;
            parts.Add(list[start..i].Trim());
            start = i + 1;
        }
        parts.Add(list[start..].Trim());
        return parts;
    }
}
