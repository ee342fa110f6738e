using System.Diagnostics;
using System.Reflection;

namespace Railyard.App.Tests.Infra;

/// <summary>The Bicep compiler from its package. It works offline, and so does everything that is asked of it here.</summary>
static class Bicep
{
    static readonly TimeSpan AnswersWithin = TimeSpan.FromMinutes(2);

    public static string Templates { get; } = Path.Combine(Repository.Root, "infra");

    static string Compiler { get; } = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "BicepCompiler").Value!;

    public static void SkipWhereItDoesNotRun() =>
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The packaged Bicep compiler is for Linux.");

    /// <summary>Runs it: what it wrote, and what it said.</summary>
    public static async Task<(int ExitCode, string Written, string Said)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Compiler)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(AnswersWithin);
        var written = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var said = await process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await written, said.Trim());
    }
}
