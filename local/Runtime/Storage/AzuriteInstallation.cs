using System.Security.Cryptography;

namespace Railyard.Local.Runtime.Storage;

/// <summary>Azurite's packages, as package-lock.json pins them; installed once per lock.</summary>
internal static class AzuriteInstallation
{
    const string StampFile = "node_modules/.railyard-lock-hash";
    const string LockFile = "install.lock";
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);
    static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(250);

    public static async Task EnsureAsync(string home, CancellationToken cancellation)
    {
        var wanted = Convert.ToHexString(SHA256.HashData(
            await File.ReadAllBytesAsync(Path.Combine(home, "package-lock.json"), cancellation)));
        if (IsInstalled(home, wanted)) return;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Deadline);
        try
        {
            await using var alone = await LockAsync(home, deadline.Token);
            if (!IsInstalled(home, wanted)) await InstallAsync(home, wanted, deadline.Token);
        }
        catch (OperationCanceledException fault) when (!cancellation.IsCancellationRequested)
        {
            throw new StartRefused(
                $"Azurite was not installed within {Deadline.TotalMinutes} minutes.", fault);
        }
    }

    static bool IsInstalled(string home, string wanted)
    {
        var stamp = Path.Combine(home, StampFile);
        return File.Exists(stamp) && File.ReadAllText(stamp) == wanted;
    }

    // Another process may be installing. File locks give no signal, so this one asks again until the
    // deadline.
    static async Task<FileStream> LockAsync(string home, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new FileStream(
                    Path.Combine(home, LockFile), FileMode.OpenOrCreate,
                    FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(LockRetry, TimeProvider.System, cancellation);
            }
        }
    }

    static async Task InstallAsync(string home, string wanted, CancellationToken cancellation)
    {
        Console.WriteLine("Installing Azurite (npm ci), once.");
        using var process = Node.PackageManager(
            home, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
        Node.Start(process);
        process.StandardInput.Close();
        var said = await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(cancellation),
            process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
            throw new StartRefused($"npm ci failed in {home}: {string.Concat(said).Trim()}");
        await File.WriteAllTextAsync(Path.Combine(home, StampFile), wanted, cancellation);
    }
}
