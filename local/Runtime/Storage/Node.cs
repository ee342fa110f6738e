using System.ComponentModel;
using System.Diagnostics;

namespace Railyard.Local.Runtime.Storage;

/// <summary>
/// Processes of Node.js, which is the one thing besides the .NET SDK that must be installed.
/// </summary>
internal static class Node
{
    public static Process Process(string folder, string[] arguments) => Of("node", folder, arguments);

    public static Process PackageManager(string folder, string[] arguments) =>
        Of(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", folder, arguments);

    public static void Start(Process process)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception fault)
        {
            throw new StartRefused(
                $"{process.StartInfo.FileName} was not found; Azurite needs Node.js (https://nodejs.org).",
                fault);
        }
    }

    static Process Of(string program, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return new Process { StartInfo = start };
    }
}
