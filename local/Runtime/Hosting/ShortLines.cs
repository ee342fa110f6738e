using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Railyard.Local.Runtime.Hosting;

/// <summary>
/// One short line an event: time, level where it is not information, the last part of the category.
/// </summary>
internal sealed class ShortLines() : ConsoleFormatter(Name)
{
    public new const string Name = "short";

    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var clock = TimeProvider.System.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var category = logEntry.Category[(logEntry.Category.LastIndexOf('.') + 1)..];
        textWriter.WriteLine($"{clock} {Mark(logEntry.LogLevel)}{category}: {message}");
        if (logEntry.Exception is { } exception) textWriter.WriteLine(exception);
    }

    static string Mark(LogLevel level) =>
        level switch
        {
            LogLevel.Warning => "warning ",
            LogLevel.Error => "ERROR ",
            LogLevel.Critical => "CRITICAL ",
            LogLevel.Trace or LogLevel.Debug or LogLevel.Information or LogLevel.None => "",
        };
}
