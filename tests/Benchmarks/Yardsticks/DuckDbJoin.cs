using System.Diagnostics;
using System.Globalization;
using Railyard.Benchmarks.Measuring;
using Railyard.Benchmarks.Settlement;

namespace Railyard.Benchmarks.Yardsticks;

/// <summary>DuckDB reading the same two files and doing the full outer join, in a process that stays warm.</summary>
sealed class DuckDbJoin : IDisposable
{
    /// <summary>What the table calls it.</summary>
    public const string Name = "DuckDB's read_csv and full outer join";

    const string Project = "tests/Benchmarks/DuckDb";
    static readonly TimeSpan BuiltWithin = TimeSpan.FromMinutes(10);
    static readonly TimeSpan AnswersWithin = TimeSpan.FromMinutes(2);

    readonly Process process;

    DuckDbJoin(Process process) => this.process = process;

    /// <summary>Builds and starts it. Its package is large; the first time it is fetched.</summary>
    public static async Task<DuckDbJoin> StartAsync(string settlement, string expected)
    {
        var project = Path.Combine(RepositoryFolder.Root, Project);
        using (var build = Process.Start(new ProcessStartInfo("dotnet") { ArgumentList = { "build", project, "-c", "Release", "-v", "quiet", "-nologo" } })!)
        {
            await build.WaitForExitAsync().WaitAsync(BuiltWithin);
            if (build.ExitCode != 0) throw new InvalidOperationException("DuckDB's yardstick does not build.");
        }
        return new(Process.Start(new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { "run", "--no-build", "-c", "Release", "--project", project, "--", settlement, expected },
        })!);
    }

    /// <summary>Joins once: how many milliseconds it took, and what it came to.</summary>
    public async Task<(double Milliseconds, JoinCounts Counts)> JoinAsync()
    {
        await process.StandardInput.WriteLineAsync("join");
        var answer = await process.StandardOutput.ReadLineAsync().WaitAsync(AnswersWithin)
            ?? throw new InvalidOperationException("DuckDB's yardstick has ended.");
        var numbers = answer.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToList();
        return (numbers[0], new((int)numbers[1], (int)numbers[2], (int)numbers[3], (int)numbers[4]));
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
