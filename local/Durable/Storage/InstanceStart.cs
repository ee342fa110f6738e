using DurableTask.Core.Exceptions;
using Microsoft.DurableTask.Client;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Durable;

/// <summary>Starts an instance unless its id is taken; the check and the start are one transaction.</summary>
static class InstanceStart
{
    public static Effects Write(
        Session session, NewInstance start, IReadOnlySet<OrchestrationRuntimeStatus> refused, DateTime now)
    {
        var existing = InstanceRows.Find(session, start.Id);
        if (existing is { } taken && (taken.IsLive || refused.Contains(taken.Status)))
            throw AlreadyExists(taken);
        var started = InstanceRows.Start(session, existing, start, now);
        var effects = new Effects();
        effects.StatusChanged.Add(started.Id);
        if (started.StartAt is { } due) effects.Arm(due);
        else effects.Wake.Add(started.Key);
        return effects;
    }

    public static OrchestrationAlreadyExistsException AlreadyExists(Instance taken) =>
        new($"An orchestration with instance id '{taken.Id}' already exists. Its status is {taken.Status}.");
}
