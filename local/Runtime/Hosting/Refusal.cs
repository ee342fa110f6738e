using Railyard.Local.Sqlite;

namespace Railyard.Local.Runtime.Hosting;

/// <summary>
/// Tells why the app does not start: one line and exit code 1 to a person, an exception to a test.
/// </summary>
internal static class Refusal
{
    const int ExitCode = 1;

    public static T Guard<T>(Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception fault) when (IsRefusal(fault) && Launch.Current is null)
        {
            throw Exit(fault);
        }
    }

    public static bool IsRefusal(Exception fault) => fault is StartRefused or DatabaseRefused;

    /// <summary>Ends the process; it never returns, but a caller can throw it to say so.</summary>
    public static Exception Exit(Exception fault)
    {
        Tell(fault);
        Environment.Exit(ExitCode);
        return fault;
    }

    /// <summary>Says it, and lets the process end with the same code once it has stopped.</summary>
    public static void Tell(Exception fault)
    {
        Console.Error.WriteLine(fault.Message.ReplaceLineEndings(" "));
        Environment.ExitCode = ExitCode;
    }
}
