using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Railyard.Local.Durable;

namespace Railyard.App.Tests.Operations;

/// <summary>A row of a history: what came, or a turn with what was decided in it.</summary>
sealed record HistoryRow(
    MessageKind Kind, int Task, string? Name, string? Text, DateTime? At, long? Through, IReadOnlyList<string>? Steps);

/// <summary>What an orchestration went through, as an instance that was running has it.</summary>
sealed record History(string Orchestrator, string Version, string Instance, bool IsCompleted, IReadOnlyList<HistoryRow> Rows)
{
    static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Samples", "histories");

    /// <summary>The orchestrators of the app, by name.</summary>
    public static IReadOnlyDictionary<string, MethodInfo> Orchestrators { get; } =
        (from type in typeof(Containers).Assembly.GetTypes()
         from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static)
         where method.GetParameters().Any(one => one.GetCustomAttribute<OrchestrationTriggerAttribute>() is not null)
         select (method.GetCustomAttribute<FunctionAttribute>()!.Name, method)).ToDictionary();

    /// <summary>All that it did, one word a step: two of the same went the same way.</summary>
    public string Way => string.Join(' ', Rows.SelectMany(row => row.Steps ?? []));

    public static History Load(string file) =>
        JsonSerializer.Deserialize<History>(File.ReadAllBytes(Path.Combine(Folder, file)), Format)!;

    public void Save(string file) => File.WriteAllText(Path.Combine(Folder, file), JsonSerializer.Serialize(this, Format) + "\n");

    /// <summary>The history of an instance as its engine has it; null where it never took a turn.</summary>
    public static History? Of(DurableEngine engine, string id)
    {
        var (instance, entries) = engine.Hub.Read(session =>
            InstanceRows.Find(session, id) is { } found ? (found, LogRows.ReadAll(session, found.Key)) : (null, []));
        return instance is null || entries.TrueForAll(entry => entry.Turn is null)
            ? null
            : new(
                instance.Name,
                instance.Version,
                instance.Id,
                instance.Status == OrchestrationRuntimeStatus.Completed,
                entries.ConvertAll(Row));
    }

    /// <summary>Takes an orchestrator through it again.</summary>
    /// <exception cref="NonDeterministicOrchestration">It would do something else now.</exception>
    public async Task ReplayAsync(MethodInfo orchestrator)
    {
        var run = Task.CompletedTask;
        var instance = new Instance(1, Instance, Orchestrator, 0, OrchestrationRuntimeStatus.Running, null, Version, null);
        var execution = new Execution(
            instance,
            async context => await Result(run = (Task)orchestrator.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [context], null)!),
            new Payloads(),
            NullLoggerFactory.Instance,
            strayed: () => throw new InvalidOperationException($"{Orchestrator} awaits what the engine does not know."));
        var waiting = new Queue<(long Place, Message Message)>();
        foreach (var (place, row) in Rows.Index())
        {
            if (row.Kind != MessageKind.Turn) waiting.Enqueue((place + 1, new Message(row.Kind, row.Task, row.Name, row.Text)));
            else execution.Replay(new Turn(row.At!.Value, row.Through!.Value, [.. row.Steps!.Select(StepOf)]), Take(waiting, row.Through.Value));
        }
        if (IsCompleted) await run.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System);
    }

    static async Task<object?> Result(Task run)
    {
        await run;
        return null;
    }

    static List<Message> Take(Queue<(long Place, Message Message)> waiting, long through)
    {
        var taken = new List<Message>();
        while (waiting.TryPeek(out var next) && next.Place <= through) taken.Add(waiting.Dequeue().Message);
        return taken;
    }

    static HistoryRow Row(LogEntry entry) => entry is { Turn: { } turn }
        ? new(MessageKind.Turn, Message.NoTask, null, null, turn.At, turn.AnsweredThrough, [.. turn.Steps.Select(step => $"{step.Kind}:{step.Id}:{step.Name}")])
        : new(entry.Message!.Kind, entry.Message.Task, entry.Message.Name, entry.Message.Text, null, null, null);

    static Step StepOf(string text) => text.Split(':', 3) is [var kind, var id, var name]
        ? new Step(Enum.Parse<StepKind>(kind), int.Parse(id, System.Globalization.CultureInfo.InvariantCulture), name)
        : throw new FormatException($"{text} is no step.");

    /// <summary>Reads payloads as the worker does.</summary>
    sealed class Payloads : DataConverter
    {
        readonly DurableSerializer serializer = new();

        public override string? Serialize(object? value) =>
            value is null ? null : serializer.Serialize(value, value.GetType(), CancellationToken.None).ToString();

        public override object? Deserialize(string? data, Type targetType)
        {
            if (data is null) return null;
            using var stream = BinaryData.FromString(data).ToStream();
            return serializer.Deserialize(stream, targetType, CancellationToken.None);
        }
    }
}
