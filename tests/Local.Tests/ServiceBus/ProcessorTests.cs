using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Railyard.Local.ServiceBus;
using static Railyard.Local.Tests.ServiceBus.Bus;

namespace Railyard.Local.Tests.ServiceBus;

public sealed class ProcessorTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly QueueDefinition Orders = new("orders") { MaxDeliveryCount = 3 };

    readonly ConcurrentQueue<ProcessErrorEventArgs> errors = new();

    [Fact]
    public async Task A_message_whose_handler_returns_is_completed()
    {
        await using var bus = With(Orders);
        var handled = new TaskCompletionSource<string>();
        await using var processor = Processor(bus, args =>
        {
            handled.SetResult(args.Message.Body.ToString());
            return Task.CompletedTask;
        });

        await bus.SendAsync("1");

        Assert.Equal("1", await handled.Task.WaitAsync(Patience, Stop));
        await processor.StopProcessingAsync(Stop);
        Assert.Equal(new EntityCounts("orders", 0, 0, 0), bus.Counts());
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_message_whose_handler_throws_is_reported_redelivered_at_once_and_in_the_end_dead_lettered()
    {
        await using var bus = With(Orders);
        var deliveries = new ConcurrentQueue<int>();
        await using var processor = Processor(bus, args =>
        {
            deliveries.Enqueue(args.Message.DeliveryCount);
            throw new InvalidDataException("no");
        });

        await bus.SendAsync("1");

        var dead = await bus.DeadLetters().ReceiveMessageAsync(Patience, Stop).WaitAsync(Patience, Stop);
        Assert.Equal("MaxDeliveryCountExceeded", dead.DeadLetterReason);
        Assert.Equal([1, 2, 3], deliveries);
        Assert.Equal(3, errors.Count);
        Assert.All(errors, error =>
        {
            Assert.IsType<InvalidDataException>(error.Exception);
            Assert.Equal(ServiceBusErrorSource.ProcessMessageCallback, error.ErrorSource);
        });
    }

    [Fact]
    public async Task What_a_handler_settled_itself_is_left_alone()
    {
        await using var bus = With(Orders);
        await using var processor = Processor(
            bus, args => args.DeadLetterMessageAsync(args.Message, "Bad", "Worse.", Stop));

        await bus.SendAsync("1");

        var dead = await bus.DeadLetters().ReceiveMessageAsync(Patience, Stop).WaitAsync(Patience, Stop);
        await processor.StopProcessingAsync(Stop);
        Assert.Equal(("Bad", 2), (dead.DeadLetterReason, dead.DeliveryCount));
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Without_auto_complete_an_unsettled_message_comes_back_when_its_lock_expires()
    {
        await using var bus = With(Orders);
        var deliveries = new BlockingCollection<int>();
        var how = new ServiceBusProcessorOptions { AutoCompleteMessages = false };
        await using var processor = Processor(
            bus,
            args =>
            {
                deliveries.Add(args.Message.DeliveryCount);
                return Task.CompletedTask;
            },
            how);
        await bus.SendAsync("1");
        Assert.Equal(1, await Task.Run(() => deliveries.Take(Stop), Stop));

        bus.Time.Advance(Orders.LockDuration);

        Assert.Equal(2, await Task.Run(() => deliveries.Take(Stop), Stop));
    }

    [Fact]
    public async Task No_more_handlers_run_at_once_than_allowed()
    {
        await using var bus = With(Orders);
        var (running, most, done) = (0, 0, new CountdownEvent(20));
        await using var processor = Processor(
            bus,
            async _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
                done.Signal();
            },
            new ServiceBusProcessorOptions { MaxConcurrentCalls = 3 });

        await bus.SendAsync([.. Enumerable.Range(0, 20).Select(i => $"{i}")]);

        Assert.True(await Task.Run(() => done.Wait(Patience, Stop), Stop));
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task The_lock_of_a_long_handler_is_renewed()
    {
        await using var bus = With(Orders);
        var (started, go) = (new TaskCompletionSource<ServiceBusReceivedMessage>(), new TaskCompletionSource());
        await using var processor = Processor(bus, async args =>
        {
            started.TrySetResult(args.Message);
            await go.Task;
        });
        await bus.SendAsync("1");
        var message = await started.Task.WaitAsync(Patience, Stop);

        await AdvanceAsync(bus, 36, TimeSpan.FromSeconds(5), () => message.LockedUntil);

        Assert.Null(await bus.Receiver().ReceiveMessageAsync(AtOnce, Stop));
        go.SetResult();
        await processor.StopProcessingAsync(Stop);
        Assert.Equal(0, bus.Counts().Active);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_lock_is_lost_when_it_is_not_renewed()
    {
        await using var bus = With(Orders);
        var (started, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var processor = Processor(
            bus,
            async _ =>
            {
                started.TrySetResult();
                await go.Task;
            },
            new ServiceBusProcessorOptions { MaxAutoLockRenewalDuration = TimeSpan.Zero });
        await bus.SendAsync("1");
        await started.Task.WaitAsync(Patience, Stop);

        bus.Time.Advance(Orders.LockDuration);
        var again = await bus.Receiver().ReceiveMessageAsync(AtOnce, Stop);
        go.SetResult();
        await processor.StopProcessingAsync(Stop);

        Assert.Equal(2, again.DeliveryCount);
        var error = Assert.Single(errors);
        Assert.Equal(
            (ServiceBusErrorSource.Complete, ServiceBusFailureReason.MessageLockLost),
            (error.ErrorSource, ((ServiceBusException)error.Exception).Reason));
    }

    [Fact]
    public async Task Stopping_waits_for_the_handlers_that_run()
    {
        await using var bus = With(Orders);
        var (started, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var processor = Processor(bus, async _ =>
        {
            started.SetResult();
            await go.Task;
        });
        await bus.SendAsync("1");
        await started.Task.WaitAsync(Patience, Stop);

        var stopping = processor.StopProcessingAsync(Stop);
        Assert.False(stopping.IsCompleted);
        go.SetResult();
        await stopping;

        Assert.False(processor.IsProcessing);
        Assert.Equal(0, bus.Counts().Active);
    }

    [Fact]
    public async Task A_processor_needs_both_handlers_before_it_starts()
    {
        await using var bus = With(Orders);
        await using var processor = bus.Client.CreateProcessor("orders");

        await Assert.ThrowsAsync<InvalidOperationException>(() => processor.StartProcessingAsync(Stop));
    }

    [Fact]
    public async Task Sessions_are_processed_one_after_another_in_order_with_their_beginning_and_end()
    {
        await using var bus = With(Orders with { RequiresSession = true });
        var (events, closed) = (new ConcurrentQueue<string>(), new SemaphoreSlim(0));
        await using var processor = bus.Client.CreateSessionProcessor(
            "orders", new ServiceBusSessionProcessorOptions { MaxConcurrentSessions = 1 });
        processor.SessionInitializingAsync += args => Note($"begin {args.SessionId}");
        processor.ProcessMessageAsync += args =>
        {
            if (args.Message.Body.ToString() == "2") args.ReleaseSession();
            return Note($"{args.SessionId}{args.Message.Body}");
        };
        processor.SessionClosingAsync += async args =>
        {
            await Note($"end {args.SessionId}");
            closed.Release();
        };
        processor.ProcessErrorAsync += Keep;
        foreach (var session in new[] { "a", "b" })
            await bus.Sender().SendMessagesAsync(
                new[] { "1", "2" }.Select(body => new ServiceBusMessage(body) { SessionId = session }), Stop);

        await processor.StartProcessingAsync(Stop);

        Assert.True(await closed.WaitAsync(Patience, Stop) && await closed.WaitAsync(Patience, Stop));
        Assert.Equal(["begin a", "a1", "a2", "end a", "begin b", "b1", "b2", "end b"], events);
        Assert.Empty(errors);

        Task Note(string what)
        {
            events.Enqueue(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task An_idle_session_makes_room_for_the_next()
    {
        await using var bus = With(Orders with { RequiresSession = true });
        var handled = new BlockingCollection<string>();
        await using var processor = bus.Client.CreateSessionProcessor("orders", new ServiceBusSessionProcessorOptions
        {
            MaxConcurrentSessions = 1, SessionIdleTimeout = TimeSpan.FromSeconds(5),
        });
        processor.ProcessMessageAsync += args =>
        {
            handled.Add(args.SessionId);
            return Task.CompletedTask;
        };
        processor.ProcessErrorAsync += Keep;
        await processor.StartProcessingAsync(Stop);
        foreach (var session in new[] { "a", "b" })
            await bus.Sender().SendMessageAsync(new ServiceBusMessage("1") { SessionId = session }, Stop);
        Assert.Equal("a", await Task.Run(() => handled.Take(Stop), Stop));
        Assert.False(handled.TryTake(out _));

        // The wait begins only after the message was completed, at a moment the test cannot see.
        string? next = null;
        for (var i = 0; i < 500 && next is null; i++)
        {
            bus.Time.Advance(TimeSpan.FromSeconds(1));
            next = await Task.Run(() => handled.TryTake(out var session, millisecondsTimeout: 10) ? session : null, Stop);
        }

        Assert.Equal("b", next);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_session_whose_handler_throws_gets_the_same_message_again()
    {
        await using var bus = With(Orders with { RequiresSession = true });
        var (handled, done) = (new ConcurrentQueue<string>(), new TaskCompletionSource());
        await using var processor = bus.Client.CreateSessionProcessor("orders");
        processor.ProcessMessageAsync += args =>
        {
            handled.Enqueue($"{args.Message.Body}/{args.Message.DeliveryCount}");
            if (args.Message.DeliveryCount == 1) throw new InvalidDataException("no");
            if (args.Message.Body.ToString() == "2") done.SetResult();
            return Task.CompletedTask;
        };
        processor.ProcessErrorAsync += Keep;
        await bus.Sender().SendMessagesAsync(
            new[] { "1", "2" }.Select(body => new ServiceBusMessage(body) { SessionId = "a" }), Stop);

        await processor.StartProcessingAsync(Stop);

        await done.Task.WaitAsync(Patience, Stop);
        Assert.Equal(["1/1", "1/2", "2/1", "2/2"], handled);
        Assert.Equal(2, errors.Count);
    }

    ServiceBusProcessor Processor(
        Bus bus, Func<ProcessMessageEventArgs, Task> handle, ServiceBusProcessorOptions? options = null)
    {
        var processor = bus.Client.CreateProcessor("orders", options);
        processor.ProcessMessageAsync += handle;
        processor.ProcessErrorAsync += Keep;
        processor.StartProcessingAsync(Stop).GetAwaiter().GetResult();
        return processor;
    }

    Task Keep(ProcessErrorEventArgs error)
    {
        errors.Enqueue(error);
        return Task.CompletedTask;
    }

    // Each step waits until the renewal that is due has happened, so the clock never outruns the processor.
    // A lock of a minute is renewed ten seconds before its end.
    static async Task AdvanceAsync(Bus bus, int steps, TimeSpan step, Func<DateTimeOffset> lockedUntil)
    {
        for (var i = 0; i < steps; i++)
        {
            bus.Time.Advance(step);
            for (var turn = 0; turn < 1_000 && lockedUntil() - bus.Time.GetUtcNow() <= 2 * step; turn++)
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Stop);
        }
    }
}
