using System.Diagnostics;

namespace Railyard.Benchmarks.Measuring;

/// <summary>A process and all that it has started, as Linux tells in /proc.</summary>
static class ProcessTree
{
    const int ParentField = 1;

    /// <summary>What they have in memory together, in bytes. A process that ends meanwhile counts as nothing.</summary>
    public static long ResidentBytes(int root)
    {
        var processes = Process.GetProcesses();
        try
        {
            var parents = processes.ToDictionary(process => process.Id, process => ParentOf(process.Id));
            return processes.Where(process => IsBelow(process.Id, root, parents)).Sum(Resident);
        }
        finally
        {
            foreach (var process in processes) process.Dispose();
        }
    }

    static bool IsBelow(int id, int root, Dictionary<int, int> parents)
    {
        for (var at = id; at > 0; at = parents.GetValueOrDefault(at))
            if (at == root) return true;
        return false;
    }

    static int ParentOf(int id)
    {
        try
        {
            // The name in brackets may hold anything; what follows it is separated by blanks.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[ParentField]);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    static long Resident(Process process)
    {
        try
        {
            return process.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }
}
