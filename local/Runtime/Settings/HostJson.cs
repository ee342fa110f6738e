using Microsoft.Extensions.Configuration;
using Railyard.Local.ServiceBus;

namespace Railyard.Local.Runtime.Settings;

/// <summary>What host.json says, with the defaults that the Functions host has.</summary>
internal sealed class HostJson
{
    const string OverridingSection = "AzureFunctionsJobHost";

    readonly IConfiguration settings;

    HostJson(IConfiguration settings) => this.settings = settings;

    public IConfigurationSection LogLevels => settings.GetSection("logging:logLevel");

    public string RoutePrefix => settings["extensions:http:routePrefix"] ?? "api";

    public int BlobParallelism =>
        Number("extensions:blobs:maxDegreeOfParallelism", 8 * Environment.ProcessorCount);

    public int BlobTries => Number("extensions:blobs:poisonBlobThreshold", 5);

    public int MessageCalls =>
        Number("extensions:serviceBus:maxConcurrentCalls", 16 * Environment.ProcessorCount);

    public int MessageSessions => Number("extensions:serviceBus:maxConcurrentSessions", 8);

    public int MessageBatch => Number("extensions:serviceBus:maxMessageBatchSize", 1000);

    /// <summary>For how many messages a batch waits, and how long; null: a batch is what is there.</summary>
    public Gathering? MessageGathering =>
        Number("extensions:serviceBus:minMessageBatchSize", 1) is var least && least > MessageBatch
            ? throw new StartRefused(
                $"host.json: extensions.serviceBus.minMessageBatchSize cannot be more than maxMessageBatchSize, {MessageBatch}.")
            : least > 1
                ? new(least, Duration("extensions:serviceBus:maxBatchWaitTime", TimeSpan.FromSeconds(30)))
                : null;

    /// <summary>Null: as many as the engine thinks right.</summary>
    public int? Activities => Limit("extensions:durableTask:maxConcurrentActivityFunctions");

    /// <summary>Null: as many as the engine thinks right.</summary>
    public int? Orchestrators => Limit("extensions:durableTask:maxConcurrentOrchestratorFunctions");

    /// <summary>The version of orchestrations that are started without one; null: none.</summary>
    public string? OrchestrationVersion => settings["extensions:durableTask:defaultVersion"];

    public TimeSpan MessageLockRenewal =>
        Duration("extensions:serviceBus:maxAutoLockRenewalDuration", TimeSpan.FromMinutes(5));

    public TimeSpan? MessageSessionIdle =>
        settings["extensions:serviceBus:sessionIdleTimeout"] is null
            ? null
            : Duration("extensions:serviceBus:sessionIdleTimeout", TimeSpan.Zero);

    /// <summary>
    /// Settings that are in the file but mean nothing here; they are reported rather than ignored.
    /// </summary>
    public IEnumerable<string> NotUnderstood =>
        from setting in settings.AsEnumerable()
        where setting.Value is not null && !IsUnderstood(setting.Key)
        select setting.Key.Replace(':', '.');

    /// <summary>Reads the file in that folder; app settings overrule it, as in Azure.</summary>
    public static HostJson Load(string folder, IConfiguration appSettings)
    {
        var path = Path.Combine(folder, "host.json");
        try
        {
            return new HostJson(new ConfigurationBuilder()
                .AddJsonFile(path, optional: true)
                .AddConfiguration(appSettings.GetSection(OverridingSection))
                .Build());
        }
        catch (Exception fault) when (fault is InvalidDataException or FormatException or IOException
                                          or UnauthorizedAccessException)
        {
            throw new StartRefused(
                $"{path} cannot be read: {(fault.InnerException ?? fault).Message}", fault);
        }
    }

    // What only the deployed host acts upon is understood too: it is right that it has no effect here.
    static bool IsUnderstood(string key) =>
        key is "version" or "functionTimeout"
            or "extensions:http:routePrefix"
            or "extensions:blobs:maxDegreeOfParallelism" or "extensions:blobs:poisonBlobThreshold"
            or "extensions:serviceBus:maxConcurrentCalls" or "extensions:serviceBus:maxConcurrentSessions"
            or "extensions:serviceBus:maxAutoLockRenewalDuration"
            or "extensions:serviceBus:maxMessageBatchSize" or "extensions:serviceBus:minMessageBatchSize"
            or "extensions:serviceBus:maxBatchWaitTime" or "extensions:serviceBus:sessionIdleTimeout"
            or "extensions:durableTask:maxConcurrentActivityFunctions"
            or "extensions:durableTask:maxConcurrentOrchestratorFunctions"
            or "extensions:durableTask:hubName" or "extensions:durableTask:defaultVersion"
            or "extensions:durableTask:versionMatchStrategy" or "extensions:durableTask:versionFailureStrategy"
        || key.StartsWith("logging:", StringComparison.Ordinal)
        || key.StartsWith("extensionBundle:", StringComparison.Ordinal)
        || key.StartsWith("telemetryMode", StringComparison.Ordinal)
        || key.StartsWith("extensions:durableTask:storageProvider:", StringComparison.Ordinal);

    int Number(string key, int fallback) =>
        settings[key] is not { } text ? fallback
        : int.TryParse(text, out var number) && number >= 0 ? number
        : throw Unreadable(key, text);

    int? Limit(string key) =>
        settings[key] is not { } text ? null
        : int.TryParse(text, out var number) && number > 0 ? number
        : throw Unreadable(key, text);

    TimeSpan Duration(string key, TimeSpan fallback) =>
        settings[key] is not { } text ? fallback
        : TimeSpan.TryParse(text, out var duration) ? duration
        : throw Unreadable(key, text);

    static StartRefused Unreadable(string key, string text) =>
        new($"host.json: {key.Replace(':', '.')} cannot be \"{text}\".");
}
