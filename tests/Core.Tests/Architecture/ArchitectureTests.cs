using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Railyard.Core.Tests.Architecture;

public sealed partial class ArchitectureTests
{
    /// <summary>The steps of the money's way. A step may use what is to its left.</summary>
    static readonly string[] Flow =
    [
        "Payments", "Routing", "Acquiring", "Settlement", "Reconciliation", "Ledger", "Merchants", "Webhooks", "Operations",
    ];

    // What a pure rule has no use for: the outside world, the clock, chance, and waiting.
    static readonly string[] NotInCore =
    [
        "System.IO", "System.Net", "System.Data", "System.Threading", "Microsoft.Extensions", "HttpClient", "ILogger",
        "TimeProvider", "Stopwatch", "Environment.", "async ", "await ", "Console.",
    ];

    [Fact]
    public void Core_references_no_package_and_no_project()
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "functions/Core/Core.csproj"));

        Assert.Empty(project.Descendants("PackageReference"));
        Assert.Empty(project.Descendants("ProjectReference"));
        Assert.Empty(project.Descendants("FrameworkReference"));
        Assert.All(typeof(Money).Assembly.GetReferencedAssemblies(), name => Assert.StartsWith("System.", name.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Core_asks_for_nothing_from_outside()
    {
        foreach (var path in Repository.Sources("functions/Core"))
        {
            var code = WithoutComments(File.ReadAllText(path));
            Assert.All(NotInCore, word => Assert.False(code.Contains(word, StringComparison.Ordinal), $"{path} uses {word}"));
        }
    }

    [Fact]
    public void Every_folder_of_Core_is_a_step_and_uses_only_steps_to_its_left()
    {
        foreach (var path in Repository.Sources("functions/Core"))
        {
            var folder = Path.GetRelativePath(Path.Combine(Repository.Root, "functions/Core"), path).Split(Path.DirectorySeparatorChar);
            var step = folder.Length == 1 ? -1 : Array.IndexOf(Flow, folder[0]);
            Assert.True(folder.Length == 1 || step >= 0, $"{path} is in no step of the flow");
            foreach (var used in UsedSteps(File.ReadAllText(path)))
                Assert.True(Array.IndexOf(Flow, used) <= step, $"{path} uses {used}, which comes later");
        }
    }

    [Fact]
    public void App_never_mentions_the_local_runtime()
    {
        foreach (var path in Repository.Sources("functions/App"))
            Assert.False(
                File.ReadAllText(path).Contains("Railyard.Local", StringComparison.Ordinal), $"{path} mentions the local runtime");
    }

    [Fact]
    public void App_differs_between_the_runtimes_in_one_small_file_each()
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "functions/App/App.csproj"));
        var removed = project.Descendants("Compile").Select(item => (string?)item.Attribute("Remove")).Order();

        Assert.Equal(["Runtime.Azure.cs", "Runtime.Local.cs"], removed);
        Assert.DoesNotContain(
            Repository.Sources("functions/App"), path => File.ReadAllText(path).Contains("#if", StringComparison.Ordinal));
    }

    [Fact]
    public void No_folder_or_namespace_is_called_Azure() =>
        Assert.DoesNotContain(
            Repository.Sources("functions"), path => path.Split(Path.DirectorySeparatorChar).SkipLast(1).Contains("Azure"));

    [Fact]
    public void Names_say_what_a_thing_is()
    {
        foreach (var path in Repository.Sources("functions"))
            foreach (var name in DeclaredTypes().Matches(File.ReadAllText(path)).Select(match => match.Groups["name"].Value))
                Assert.DoesNotMatch("(Manager|Helper|Utils?|Common|Base|Info|Data|Processor|Handler|Service|Impl)$", name);
    }

    static IEnumerable<string> UsedSteps(string code) =>
        UsedNamespaces().Matches(WithoutComments(code)).Select(match => match.Groups["step"].Value).Where(Flow.Contains);

    static string WithoutComments(string code) => Comments().Replace(code, "");

    [GeneratedRegex(@"//[^\n]*", RegexOptions.NonBacktracking)]
    private static partial Regex Comments();

    [GeneratedRegex(@"Railyard\.Core\.(?<step>\w+)", RegexOptions.NonBacktracking)]
    private static partial Regex UsedNamespaces();

    [GeneratedRegex(
        @"^ *(?:(?:public|internal|private|sealed|static|abstract|partial|readonly|ref) )*(?:class|record struct|record|struct|interface|enum) (?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex DeclaredTypes();
}
