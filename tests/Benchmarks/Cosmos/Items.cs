using System.Net;
using System.Text;
using Microsoft.Azure.Cosmos;
using Railyard.Benchmarks.Measuring;
using Railyard.Benchmarks.Yardsticks;
using Railyard.Local.Cosmos;

namespace Railyard.Benchmarks.Cosmos;

/// <summary>Point reads and creates of one kilobyte through the official SDK, many at a time, as streams.</summary>
sealed class Items(Container container)
{
    const int InFlight = 64;
    const int Kept = 1_000;
    const int Reads = 32_000;
    const int Creates = 16_000;
    const int PaddingCharacters = 900;

    static readonly string Padding = new('x', PaddingCharacters);

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Pace pace)
    {
        using var scratch = new Scratch();
        await using var endpoint = await CosmosEndpoint.StartAsync(
            new CosmosEndpointOptions { DatabasePath = scratch.File("cosmos.db") }, CancellationToken.None);
        await using var echo = await LoopbackEcho.StartAsync();
        using var client = Connect(endpoint.Address);
        Database database = await client.CreateDatabaseAsync("benchmark");
        var items = new Items(await database.CreateContainerAsync("items", "/id"));
        var kept = Enumerable.Range(0, Kept).Select(_ => NewId()).ToList();
        await Load.ClosedAsync(InFlight, Kept, number => items.CreateAsync(kept[number]));
        Func<Task<double>> yardstick = () => echo.PerSecondAsync(InFlight);
        var reads = await Rounds.MeasureAsync(pace, yardstick, async () =>
            (await Load.ClosedAsync(InFlight, pace.Count(Reads), number => items.ReadAsync(kept[number % Kept]))).PerSecond);
        var creates = await Rounds.MeasureAsync(pace, yardstick, async () =>
            (await Load.ClosedAsync(InFlight, pace.Count(Creates), _ => items.CreateAsync(NewId()))).PerSecond);
        return
        [
            RowOf("Cosmos: point reads, 64 in flight", reads, 4_000),
            RowOf("Cosmos: creates, 64 in flight", creates, 2_000),
        ];
    }

    static Row RowOf(string what, Rounds rounds, double target) => new(what, rounds.Measured, "/s")
    {
        Target = Target.AtLeast(target), Ratio = rounds.Ratio, Yardstick = LoopbackEcho.Name,
    };

    static CosmosClient Connect(Uri address) => new(address.ToString(), CosmosEndpoint.AccountKey, new CosmosClientOptions
    {
        ConnectionMode = ConnectionMode.Gateway,
        LimitToEndpoint = true,
        ConsistencyLevel = ConsistencyLevel.Session,
    });

    static string NewId() => Guid.CreateVersion7().ToString();

    async Task ReadAsync(string id)
    {
        using var answer = await container.ReadItemStreamAsync(id, new PartitionKey(id));
        Expect(answer, HttpStatusCode.OK);
    }

    async Task CreateAsync(string id)
    {
        using var body = new MemoryStream(Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","amount":1050,"padding":"{{Padding}}"}"""));
        using var answer = await container.CreateItemStreamAsync(body, new PartitionKey(id), WithoutContent);
        Expect(answer, HttpStatusCode.Created);
    }

    static ItemRequestOptions WithoutContent { get; } = new() { EnableContentResponseOnWrite = false };

    static void Expect(ResponseMessage answer, HttpStatusCode status)
    {
        if (answer.StatusCode != status)
            throw new InvalidDataException($"The endpoint answered {(int)answer.StatusCode}: {answer.ErrorMessage}");
    }
}
