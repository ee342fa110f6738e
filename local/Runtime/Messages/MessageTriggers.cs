using System.Reflection;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.Local.Runtime.Functions;
using Railyard.Local.Runtime.Settings;

namespace Railyard.Local.Runtime.Messages;

/// <summary>Functions that run for messages. Every connection is to the local broker.</summary>
internal sealed class MessageTriggers(
    Func<string> connectionString, Lazy<Declarations> declarations, HostJson host, References references,
    Runner runner, ILoggerFactory logging) : ITriggers
{
    readonly List<Function> functions = [];
    readonly List<IAsyncDisposable> listening = [];
    readonly ILogger log = logging.CreateLogger<MessageTriggers>();
    ServiceBusClient? client;

    public Type Attribute => typeof(ServiceBusTriggerAttribute);

    public void Add(Function function)
    {
        var trigger = TriggerOf(function);
        if (trigger.IsBatched && trigger.IsSessionsEnabled)
            throw new StartRefused(
                $"Function {function.Name}: the local runtime has no batches of session messages.");
        if (trigger.IsBatched && !function.TriggerParameter.ParameterType.IsArray)
            throw new StartRefused($"Function {function.Name}: a batch binds an array.");
        RefuseMisfit(function);
        functions.Add(function);
    }

    public Binding? Bind(Function function, ParameterInfo parameter)
    {
        var trigger = TriggerOf(function);
        if (parameter == function.TriggerParameter)
            return trigger.IsBatched ? Batch(parameter) : Single(parameter);
        if (parameter.ParameterType == typeof(ServiceBusMessageActions))
            return invocation => new(invocation.Features.Get<ServiceBusMessageActions>());
        if (parameter.ParameterType == typeof(ServiceBusSessionMessageActions) && trigger.IsSessionsEnabled)
            return invocation => new(invocation.Features.Get<ServiceBusSessionMessageActions>());
        return trigger.IsBatched ? null : MessageContent.PieceOf(parameter);
    }

    public string Describe(Function function) => $"message      {EntityOf(function).Path}";

    public async Task StartAsync(CancellationToken cancellation)
    {
        if (functions.Count == 0) return;
        client = new ServiceBusClient(connectionString());
        foreach (var function in functions)
        {
            var trigger = TriggerOf(function);
            if (trigger.IsBatched) StartBatches(function);
            else if (trigger.IsSessionsEnabled) await StartSessionsAsync(function, cancellation);
            else await StartSinglesAsync(function, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(listening.Select(each => each.DisposeAsync().AsTask()).ToArray());
        if (client is not null) await client.DisposeAsync();
    }

    async Task StartSinglesAsync(Function function, CancellationToken cancellation)
    {
        var (queue, topic, subscription, _) = EntityOf(function);
        var options = new ServiceBusProcessorOptions
        {
            AutoCompleteMessages = TriggerOf(function).AutoCompleteMessages,
            MaxConcurrentCalls = host.MessageCalls,
            MaxAutoLockRenewalDuration = host.MessageLockRenewal,
        };
        var processor = queue is not null
            ? client!.CreateProcessor(queue, options)
            : client!.CreateProcessor(topic, subscription, options);
        processor.ProcessMessageAsync += turn =>
            RunAsync(function, turn.Message, new MessageSettlement(turn), null, turn.CancellationToken);
        processor.ProcessErrorAsync += fault => Report(function, fault);
        listening.Add(processor);
        await processor.StartProcessingAsync(cancellation);
    }

    async Task StartSessionsAsync(Function function, CancellationToken cancellation)
    {
        var (queue, topic, subscription, _) = EntityOf(function);
        var options = new ServiceBusSessionProcessorOptions
        {
            AutoCompleteMessages = TriggerOf(function).AutoCompleteMessages,
            MaxConcurrentSessions = host.MessageSessions,
            MaxAutoLockRenewalDuration = host.MessageLockRenewal,
            SessionIdleTimeout = host.MessageSessionIdle,
        };
        var processor = queue is not null
            ? client!.CreateSessionProcessor(queue, options)
            : client!.CreateSessionProcessor(topic, subscription, options);
        processor.ProcessMessageAsync += turn => RunAsync(
            function, turn.Message, new SessionMessageSettlement(turn), new CurrentSession(turn),
            turn.CancellationToken);
        processor.ProcessErrorAsync += fault => Report(function, fault);
        listening.Add(processor);
        await processor.StartProcessingAsync(cancellation);
    }

    void StartBatches(Function function)
    {
        var (queue, topic, subscription, _) = EntityOf(function);
        var receiver = queue is not null
            ? client!.CreateReceiver(queue)
            : client!.CreateReceiver(topic, subscription);
        receiver.IsForProcessor = true;
        receiver.Gathering = host.MessageGathering;
        listening.Add(new MessageBatches(
            function, receiver, host.MessageBatch, TriggerOf(function).AutoCompleteMessages, runner, log));
    }

    // What the function throws goes on to the processor, which abandons the message: it is delivered again at
    // once.
    async Task RunAsync(
        Function function, ServiceBusReceivedMessage message, ServiceBusMessageActions actions,
        ServiceBusSessionMessageActions? session, CancellationToken cancellation)
    {
        await using var invocation =
            runner.Begin(function, MessageContent.BindingData(message), cancellation, MessageContent.TraceOf(message));
        invocation.Features.Set(message);
        invocation.Features.Set(actions);
        if (session is not null) invocation.Features.Set(session);
        await runner.RunAsync(invocation);
    }

    Task Report(Function function, ProcessErrorEventArgs fault)
    {
        // The runner has already logged what the function itself threw.
        if (fault.ErrorSource != ServiceBusErrorSource.ProcessMessageCallback)
            log.LogWarning(fault.Exception, "{Function}: {Entity} failed to {Step}",
                function.Name, fault.EntityPath, fault.ErrorSource);
        return Task.CompletedTask;
    }

    // A listener that does not fit to what it listens to would fail again and again, for ever.
    void RefuseMisfit(Function function)
    {
        var (trigger, (queue, topic, subscription, path)) = (TriggerOf(function), EntityOf(function));
        var declared = queue is not null
            ? declarations.Value.Queue(function, queue)
            : declarations.Value.Subscription(function, topic!, subscription!);
        // What is dead has left its session.
        if (trigger.IsSessionsEnabled != declared.RequiresSession && !Declarations.IsOfDeadLetters(path))
            throw new StartRefused(
                $"Function {function.Name}: {path} {(declared.RequiresSession ? "requires" : "has no")} sessions, and IsSessionsEnabled says otherwise.");
        // Whoever lets a message lie for longer than half of its lock may be too late with it.
        if (trigger.IsBatched && host.MessageGathering is { Longest: var wait } && wait > declared.LockDuration / 2)
            throw new StartRefused(
                $"Function {function.Name}: extensions.serviceBus.maxBatchWaitTime, {wait}, is more than half of the lock duration, {declared.LockDuration}.");
    }

    (string? Queue, string? Topic, string? Subscription, string Path) EntityOf(Function function)
    {
        var trigger = TriggerOf(function);
        if (trigger.QueueName is not null)
        {
            var queue = references.Resolve(function, trigger.QueueName);
            return (queue, null, null, queue);
        }
        var topic = references.Resolve(function, trigger.TopicName!);
        var subscription = references.Resolve(function, trigger.SubscriptionName!);
        return (null, topic, subscription, $"{topic}/{subscription}");
    }

    static Binding Single(ParameterInfo parameter) => invocation =>
        new(MessageContent.Read(
            invocation.Features.Get<ServiceBusReceivedMessage>()!, parameter.ParameterType));

    static Binding Batch(ParameterInfo parameter) => invocation =>
        new(MessageContent.ReadAll(
            invocation.Features.Get<IReadOnlyList<ServiceBusReceivedMessage>>()!,
            parameter.ParameterType.GetElementType()!));

    static ServiceBusTriggerAttribute TriggerOf(Function function) =>
        (ServiceBusTriggerAttribute)function.Trigger;
}
