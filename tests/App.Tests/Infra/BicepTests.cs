using System.Diagnostics;
using System.Reflection;

namespace Railyard.App.Tests.Infra;

public sealed class BicepTests
{
    static readonly TimeSpan CompilesWithin = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Every_template_compiles_without_a_warning()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The packaged Bicep compiler is for Linux.");
        var templates = Directory.GetFiles(Path.Combine(Repository.Root, "infra"), "*.bicep");

        Assert.NotEmpty(templates);
        foreach (var template in templates)
        {
            var (exitCode, said) = await CompileAsync(template);
            Assert.True(exitCode == 0 && said.Length == 0, $"{Path.GetFileName(template)}: {said}");
        }
    }

    static async Task<(int ExitCode, string Said)> CompileAsync(string template)
    {
        var compiler = typeof(BicepTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "BicepCompiler").Value!;
        var start = new ProcessStartInfo(compiler)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var argument in (string[])["build", template, "--stdout", "--no-restore"]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(CompilesWithin);
        var compiled = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var said = await process.StandardError.ReadToEndAsync(deadline.Token);
        await compiled;
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, said.Trim());
    }
}
