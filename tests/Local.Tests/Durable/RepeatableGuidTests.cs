using Railyard.Local.Durable;

namespace Railyard.Local.Tests.Durable;

public sealed class RepeatableGuidTests
{
    static readonly DateTime Moment = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    // Computed with another implementation of UUID version 5, of the same namespace and name.
    [Theory]
    [InlineData(0, "a75d86e3-ff2f-51a9-8e6a-d2d440bba9cc")]
    [InlineData(1, "c2c243ce-9bff-52d4-b87a-4f89264ced5d")]
    public void A_guid_is_version_5_of_instance_time_and_count(int count, string expected)
    {
        var made = RepeatableGuid.From("pay_1", Moment, count);

        Assert.Equal(Guid.Parse(expected), made);
    }

    [Fact]
    public async Task Every_replay_makes_the_same_guids_and_each_is_different()
    {
        var seen = new List<Guid[]>();
        await using var engine = new TestEngine { ReplaysEveryTurn = true }
            .Activity<int, int>("Echo", value => value)
            .Orchestrator("Guids", async context =>
            {
                Guid[] both = [context.NewGuid(), context.NewGuid()];
                seen.Add(both);
                return await context.CallActivityAsync<int>("Echo", 1);
            })
            .Start();

        await engine.RunAsync("Guids");

        Assert.Equal(2, seen.Count);
        Assert.Equal(seen[0], seen[1]);
        Assert.NotEqual(seen[0][0], seen[0][1]);
    }
}
