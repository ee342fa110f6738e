using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Railyard.Benchmarks.Measuring;
using Railyard.Benchmarks.Yardsticks;
using Railyard.Local.Runtime;

namespace Railyard.Benchmarks.ServiceBus;

/// <summary>
/// Messages of a kilobyte through a queue with duplicate detection to a function, as the app has them: sent, stored,
/// locked, handed to the function, completed.
/// </summary>
sealed class Messages(RunningApp app) : IAsyncDisposable
{
    const int Bytes = 1_024;
    const int Count = 20_000;
    const int Senders = 64;
    static readonly TimeSpan ArriveWithin = TimeSpan.FromMinutes(2);

    static readonly byte[] Body = new byte[Bytes];

    readonly ServiceBusClient client = new(app.ServiceBusConnectionString);

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Pace pace)
    {
        using var scratch = new Scratch();
        using var commits = new SqliteCommits(scratch.File("yardstick.db"));
        await using var app = await RunningApp.StartAsync(
            typeof(Messages).Assembly, Run, [typeof(ArrivalFunction)], new LocalOptions(), CancellationToken.None);
        await using var messages = new Messages(app);
        var through = await Rounds.MeasureAsync(
            pace, commits.PerSecondAsync, () => messages.SendAndAwaitAsync(pace.Count(Count)));
        return
        [
            new("Service Bus: messages sent and through a trigger", through.Measured, "/s")
            {
                Target = Target.AtLeast(5_000), Ratio = through.Ratio, Yardstick = SqliteCommits.Name,
            },
        ];
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();

    static void Run(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.Build().Run();
    }

    async Task<double> SendAndAwaitAsync(int count)
    {
        var arrivals = Arrivals.Current = new Arrivals(count);
        await using var sender = client.CreateSender(ArrivalFunction.Queue);
        var begin = TimeProvider.System.GetTimestamp();
        await Load.ClosedAsync(Senders, count, _ => sender.SendMessageAsync(
            new ServiceBusMessage(Body) { MessageId = Guid.CreateVersion7().ToString() }));
        await arrivals.All.WaitAsync(ArriveWithin);
        return count / TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
    }
}
