using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;

namespace Railyard.App.Tests.Infra;

/// <summary>What the app's code asks of Azure: read from its text, and from the attributes of its functions.</summary>
static partial class AppSource
{
    public const int PatienceMilliseconds = 5_000;

    // No part of what is deployed.
    const string LocalOnly = "Runtime.Local.cs";

    public static IReadOnlyList<(string Name, string Text)> Files { get; } =
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "functions", "App"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(path => Path.GetFileName(path) != LocalOnly)
            .Select(path => (Path.GetFileName(path), File.ReadAllText(path)))];

    /// <summary>Every function with its trigger.</summary>
    public static IReadOnlyList<(string Function, TTrigger Trigger)> Triggers<TTrigger>() where TTrigger : Attribute =>
        [.. from type in typeof(Containers).Assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            let function = method.GetCustomAttribute<FunctionAttribute>()
            where function is not null
            from parameter in method.GetParameters()
            let trigger = parameter.GetCustomAttribute<TTrigger>()
            where trigger is not null
            select (function.Name, trigger)];

    /// <summary>Whether the code has that name in quotes.</summary>
    public static bool Names(string name) =>
        Files.Any(file => file.Text.Contains($"\"{name}\"", StringComparison.Ordinal));

    /// <summary>
    /// The settings that it reads, as <c>Section:name</c>, and <c>Section:name:*</c> where all of a section are read; those
    /// of acquirers are not among them.
    /// </summary>
    public static IReadOnlySet<string> Settings { get; } = Files
        .SelectMany(file => ByName().Matches(file.Text).Concat(ByPath().Matches(file.Text)).Select(found => found.Groups["it"].Value)
            .Concat(BySection().Matches(file.Text).Select(found => $"{found.Groups["section"].Value}:{found.Groups["it"].Value}"))
            .Concat(WholeSection().Matches(file.Text).Select(found => $"{found.Groups["it"].Value}:*"))
            .Concat(BehindSection(file.Text)))
        .Except(WholeSections(), StringComparer.Ordinal)
        .Where(name => name != "Acquirers:*")
        .ToHashSet(StringComparer.Ordinal);

    static IEnumerable<string> WholeSections() =>
        Files.SelectMany(file => WholeSection().Matches(file.Text).Select(found => found.Groups["it"].Value));

    // A file that keeps one section in a variable reads its members from there.
    static IEnumerable<string> BehindSection(string text)
    {
        foreach (Match section in KeptSection().Matches(text))
            foreach (Match member in ByMember().Matches(text))
                yield return $"{section.Groups["section"].Value}:{member.Groups["it"].Value}";
    }

    [GeneratedRegex("""(?:onfiguration(?:>\(\))?|ettings(?:\(services\))?)\["(?<it>[A-Z][A-Za-z_:]*)"\]""", RegexOptions.None, PatienceMilliseconds)]
    private static partial Regex ByName();

    [GeneratedRegex("\"(?<it>[A-Z][a-z]+[A-Za-z]*:[a-z][A-Za-z]+)\"", RegexOptions.None, PatienceMilliseconds)]
    private static partial Regex ByPath();

    [GeneratedRegex("""GetSection\("?(?<section>[A-Z][A-Za-z]*)"?\)(?:, |\[)"(?<it>[a-z][A-Za-z]+)["]""", RegexOptions.None, PatienceMilliseconds)]
    private static partial Regex BySection();

    [GeneratedRegex("""GetSection\("(?<it>[A-Z][A-Za-z]+(?::[a-z][A-Za-z]+)?)"\)(?:\.GetChildren|\);)|\$"(?<it>[A-Z][a-z]+:[a-z][A-Za-z]+):\{""", RegexOptions.None, PatienceMilliseconds)]
    private static partial Regex WholeSection();

    [GeneratedRegex("""var settings = [^;]*GetSection\("(?<section>[A-Z][A-Za-z]+)"\);""", RegexOptions.None, PatienceMilliseconds)]
    private static partial Regex KeptSection();

    [GeneratedRegex("""settings\["(?<it>[a-z][A-Za-z]+)"\]|Required\(settings, "(?<it>[a-z][A-Za-z]+)"\)""", RegexOptions.None, PatienceMilliseconds)]
    private static partial Regex ByMember();
}
