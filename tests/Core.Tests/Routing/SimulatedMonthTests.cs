using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

/// <summary>A month with two acquirers whose approvals drift apart and cross, and of which each has bad hours.</summary>
public sealed class SimulatedMonthTests(ITestOutputHelper output)
{
    const double MarginOfApprovals = 0.02;
    const double MarginOfValue = 0.02;
    const int Cents = 50_00;
    const double Leaves = 0.2;
    static readonly TimeSpan Month = TimeSpan.FromDays(30);
    static readonly TimeSpan Between = TimeSpan.FromSeconds(30);
    static readonly Fee NorthFee = new(90, 10);
    static readonly Fee SouthFee = new(120, 5);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void The_optimiser_is_ahead_of_the_best_fixed_priority_list(int seed)
    {
        var north = new Competitor("north", NorthFee, now => Approves(now, seed, phase: 0));
        var south = new Competitor("south", SouthFee, now => Approves(now, seed, phase: Math.PI));
        var market = new Market($"month{seed}", Between, north, south);
        var (chosen, onlyNorth, onlySouth) = (new Takings(), new Takings(), new Takings());

        while (market.Now < A.Moment + Month)
        {
            var payment = market.Payments;
            var (_, sent, isApproved) = market.Next(Cents);
            chosen.Take(isApproved, sent == 0 ? NorthFee : SouthFee);
            onlyNorth.Take(market.WouldApprove(0, payment), NorthFee);
            onlySouth.Take(market.WouldApprove(1, payment), SouthFee);
        }

        var bestApprovals = Math.Max(onlyNorth.Approved, onlySouth.Approved);
        var bestValue = Math.Max(onlyNorth.Value, onlySouth.Value);
        var ahead = (Approvals: (double)(chosen.Approved - bestApprovals) / market.Payments, Value: (chosen.Value / bestValue) - 1);
        output.WriteLine(
            $"Seed {seed}, {market.Payments} payments: approvals {chosen.Approved} beside {onlyNorth.Approved} and {onlySouth.Approved} "
            + $"({ahead.Approvals:P2} of all ahead), value {ahead.Value:P2} ahead.");
        Assert.True(ahead.Approvals >= MarginOfApprovals, $"seed {seed}: {ahead}");
        Assert.True(ahead.Value >= MarginOfValue, $"seed {seed}: {ahead}");
    }

    // A wave of some six days around 88 %, against the other's, and on one day of ten five hours at 60 %.
    static double Approves(DateTimeOffset now, int seed, double phase)
    {
        var days = (now - A.Moment).TotalDays;
        var isBad = (days + seed + (phase * 2)) % 10 is > 4 and < 4.2;
        return isBad ? 0.6 : 0.88 + (0.06 * Math.Sin((days * 2 * Math.PI / (5.5 + (seed * 0.3))) + phase));
    }

    sealed class Takings
    {
        public int Approved { get; private set; }

        public double Value { get; private set; }

        public void Take(bool isApproved, Fee fee)
        {
            if (!isApproved) return;
            Approved++;
            Value += (Cents * Leaves) - fee.Of(Cents.Eur()).MinorUnits;
        }
    }
}
