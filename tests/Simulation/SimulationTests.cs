namespace Railyard.Simulation;

public sealed class SimulationTests
{
    [Fact]
    public void Payments_are_never_charged_twice_nor_lost()
    {
        var seeds = int.Parse(Environment.GetEnvironmentVariable("RAILYARD_SIMULATION_SEEDS") ?? "1");
        var payments = int.Parse(Environment.GetEnvironmentVariable("RAILYARD_SIMULATION_PAYMENTS") ?? "2000");
        var first = ulong.Parse(Environment.GetEnvironmentVariable("RAILYARD_SIMULATION_SEED") ?? "1");
        for (var i = 0; i < seeds; i++)
        {
            var tally = Simulation.Run(first + (ulong)i, payments);
            Console.WriteLine($"{first + (ulong)i}: {tally}");
        }
    }
}
