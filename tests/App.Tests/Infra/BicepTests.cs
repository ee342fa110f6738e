namespace Railyard.App.Tests.Infra;

public sealed class BicepTests
{
    public static TheoryData<string> Templates => Files("*.bicep");

    public static TheoryData<string> Parameters => Files("*.bicepparam");

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Every_template_compiles_and_the_linter_has_nothing_to_say(string template)
    {
        Bicep.SkipWhereItDoesNotRun();

        var (exitCode, written, said) = await Bicep.RunAsync("build", Path.Combine(Bicep.Templates, template), "--stdout", "--no-restore");

        Assert.True(exitCode == 0 && said.Length == 0 && written.Length > 0, $"{template}: {said}");
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public async Task Every_parameter_file_fits_its_template(string file)
    {
        Bicep.SkipWhereItDoesNotRun();

        var (exitCode, written, said) = await Bicep.RunAsync(
            "build-params", Path.Combine(Bicep.Templates, file), "--stdout", "--no-restore");

        Assert.True(exitCode == 0 && said.Length == 0 && written.Length > 0, $"{file}: {said}");
    }

    [Fact]
    public void Every_module_is_part_of_the_whole()
    {
        var main = File.ReadAllText(Path.Combine(Bicep.Templates, "main.bicep"));

        Assert.All(
            Directory.GetFiles(Path.Combine(Bicep.Templates, "modules")),
            module => Assert.Contains($"'modules/{Path.GetFileName(module)}'", main, StringComparison.Ordinal));
    }

    static TheoryData<string> Files(string pattern) =>
        [.. Directory.GetFiles(Bicep.Templates, pattern, SearchOption.TopDirectoryOnly)
            .Select(path => Path.GetRelativePath(Bicep.Templates, path))
            .Order(StringComparer.Ordinal)];
}
