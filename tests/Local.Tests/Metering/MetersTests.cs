using System.Net.Http.Json;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Cosmos;
using Railyard.Local.ServiceBus;
using Railyard.Local.Tests.Cosmos;
using Railyard.Local.Tests.Durable;
using Railyard.Local.Tests.ServiceBus;

namespace Railyard.Local.Tests.Metering;

public sealed class MetersTests
{
    [Fact]
    public async Task What_the_endpoint_charges_is_counted_by_container_and_can_be_read_out()
    {
        await using var account = await CosmosAccount.OpenAsync();
        var id = $"metered-{Guid.CreateVersion7()}";
        var container = await account.ContainerAsync("/id", id: id);

        var created = await container.CreateItemAsync(new Order("1", "here"), cancellationToken: Cancellation);
        var read = await container.ReadItemAsync<Order>("1", new PartitionKey("1"), cancellationToken: Cancellation);

        var charged = (await ReadOutAsync(account)).GetProperty("request_charge").GetProperty(id).GetDouble();
        Assert.InRange(charged - created.RequestCharge - read.RequestCharge, 0, 5);
    }

    [Fact]
    public async Task Starts_activities_and_timers_of_orchestrations_are_counted()
    {
        await using var engine = new TestEngine()
            .Activity<int, int>("Double", number => number * 2)
            .Orchestrator("Metered", async context =>
            {
                await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
                return await context.CallActivityAsync<int>("Double", 21);
            })
            .Start();
        var before = Actions();

        await engine.RunAsync("Metered");

        var after = Actions();
        // Other tests run beside this one and count too.
        foreach (var kind in new[] { "start", "activity", "timer" })
            Assert.True(after.GetValueOrDefault(kind) > before.GetValueOrDefault(kind), kind);
    }

    [Fact]
    public async Task Three_messages_in_one_call_are_three_messages_and_one_send()
    {
        var queue = $"metered-{Guid.CreateVersion7()}";
        await using var bus = Bus.With(new QueueDefinition(queue));
        await using var sender = bus.Sender(queue);

        await sender.SendMessagesAsync(
            [new ServiceBusMessage("a"), new ServiceBusMessage("b"), new ServiceBusMessage("c")], Cancellation);

        Assert.Equal(3, Meters.MessagesSent.Totals[queue]);
        Assert.Equal(1, Meters.Sends.Totals[queue]);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static Dictionary<string, double> Actions() => new(Meters.DurableActions.Totals);

    static async Task<JsonElement> ReadOutAsync(CosmosAccount account)
    {
        using var http = new HttpClient { BaseAddress = account.Address };
        return await http.GetFromJsonAsync<JsonElement>("/local/meters", Cancellation);
    }
}
