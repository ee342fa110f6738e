using System.Globalization;
using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Durable;

/// <summary>The client of an engine in the same process.</summary>
sealed class EngineClient(DurableEngine engine) : DurableTaskClient("local")
{
    const int LargestPage = 1_000;

    readonly Purge purge = new(engine);

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        using var span = Tracing.StartOfOrchestration(orchestratorName.Name);
        var start = new NewInstance(
            string.IsNullOrEmpty(options?.InstanceId) ? NewId() : options.InstanceId,
            orchestratorName.Name,
            engine.Converter.Serialize(input),
            options?.Version?.Version ?? engine.Options.DefaultVersion,
            options?.Tags is { Count: > 0 } tags ? JsonSerializer.Serialize(tags) : null,
            options?.StartAt?.UtcDateTime is { } later && later > engine.Now ? later : null,
            Caller: null,
            Tracing.Current);
        await StartAsync(start, RefusedBy(options), cancellation);
        return start.Id;
    }

    public override Task RaiseEventAsync(
        string instanceId,
        string eventName,
        object? eventPayload = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return SendAsync(
            instanceId,
            new(MessageKind.EventRaised, Name: eventName, Text: engine.Converter.Serialize(eventPayload)),
            cancellation);
    }

    public override Task TerminateInstanceAsync(
        string instanceId,
        TerminateInstanceOptions? options = null,
        CancellationToken cancellation = default) =>
        SendAsync(
            instanceId,
            Message.Terminate(engine.Converter.Serialize(options?.Output), options?.Recursive == true),
            cancellation);

    public override Task SuspendInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new(MessageKind.Suspended, Text: reason), cancellation);

    public override Task ResumeInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new(MessageKind.Resumed, Text: reason), cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(
            instanceId,
            found => found.RuntimeStatus != OrchestrationRuntimeStatus.Pending,
            getInputsAndOutputs,
            cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, found => found.IsCompleted, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(Find(instanceId, getInputsAndOutputs));
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(
        OrchestrationQuery? filter = null) =>
        Pageable.Create<OrchestrationMetadata>((continuation, size, cancellation) =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Task.FromResult(ReadPage(
                filter,
                continuation ?? filter?.ContinuationToken,
                size ?? filter?.PageSize ?? OrchestrationQuery.DefaultPageSize));
        });

    public override Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return purge.OneAsync(instanceId, options?.Recursive == true, cancellation);
    }

    public override Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter,
        PurgeInstanceOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return purge.AllAsync(filter, options?.Recursive == true, cancellation);
    }

    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        var before = Find(instanceId, payloads: true) ?? throw Unknown(instanceId);
        var start = new NewInstance(
            restartWithNewInstanceId ? NewId() : instanceId,
            before.Name,
            before.SerializedInput,
            Version: null,
            before.Tags.Count > 0 ? JsonSerializer.Serialize(before.Tags) : null,
            StartAt: null,
            Caller: null);
        await StartAsync(start, new HashSet<OrchestrationRuntimeStatus>(), cancellation);
        return start.Id;
    }

    // The engine belongs to whoever opened it.
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    async Task StartAsync(
        NewInstance start, IReadOnlySet<OrchestrationRuntimeStatus> refused, CancellationToken cancellation)
    {
        var now = engine.Now;
        engine.Publish(await engine.Hub.WriteAsync(
            session => InstanceStart.Write(session, start, refused, now), cancellation));
        Meters.DurableActions.Add("start", 1);
    }

    async Task SendAsync(string instanceId, Message message, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var now = engine.Now;
        engine.Live.Wake(await engine.Hub.WriteAsync(
            session => Append(session, instanceId, message, now), cancellation));
    }

    static long Append(Session session, string instanceId, Message message, DateTime now)
    {
        var instance = InstanceRows.Find(session, instanceId) ?? throw Unknown(instanceId);
        if (!instance.IsLive)
            throw new InvalidOperationException(
                $"Instance '{instanceId}' has ended ({instance.Status}) and takes no more {message.Kind}.");
        LogRows.Append(session, instance.Key, message, now);
        return instance.Key;
    }

    async Task<OrchestrationMetadata> WaitAsync(
        string instanceId,
        Func<OrchestrationMetadata, bool> isReached,
        bool payloads,
        CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        while (true)
        {
            using var listening = engine.Signals.ListenTo(instanceId);
            if (Find(instanceId, payloads) is { } found && isReached(found)) return found;
            await listening.Change.WaitAsync(cancellation);
        }
    }

    OrchestrationMetadata? Find(string instanceId, bool payloads) =>
        engine.Hub.Find(session =>
            MetadataRows.Find(session, instanceId, payloads ? engine.Converter : null));

    Page<OrchestrationMetadata> ReadPage(OrchestrationQuery? query, string? continuation, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        var after = 0L;
        if (continuation is not null && !long.TryParse(continuation, CultureInfo.InvariantCulture, out after))
            throw new ArgumentException($"'{continuation}' is no continuation token.", nameof(continuation));
        var most = Math.Min(size, LargestPage);
        var converter = query?.FetchInputsAndOutputs == true ? engine.Converter : null;
        var rows = engine.Hub.Read(session =>
            MetadataRows.ReadPage(session, InstanceFilter.Of(query), after, most, converter));
        var next = rows.Count < most ? null : rows[^1].Key.ToString(CultureInfo.InvariantCulture);
        return new(rows.ConvertAll(row => row.Metadata), next);
    }

    static HashSet<OrchestrationRuntimeStatus> RefusedBy(StartOrchestrationOptions? options) =>
        [.. (options?.DedupeStatuses ?? []).Select(text =>
            Enum.TryParse<OrchestrationRuntimeStatus>(text, ignoreCase: true, out var status)
                ? status
                : throw new ArgumentException($"'{text}' is no orchestration status.", nameof(options)))];

    static string NewId() => Guid.CreateVersion7().ToString("N");

    static ArgumentException Unknown(string instanceId) =>
        new($"No instance with id '{instanceId}' was found.", nameof(instanceId));
}
