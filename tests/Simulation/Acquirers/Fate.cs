using System.Runtime.InteropServices;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation.Acquirers;

/// <summary>How a call ends for who made it.</summary>
enum Ending { Answered, Lost, NotSent, TurnedAway }

/// <summary>What becomes of one call: when the acquirer does it, if ever, and how and when the caller hears of it.</summary>
[StructLayout(LayoutKind.Auto)]
readonly record struct Fate(TimeSpan? DoneAfter, TimeSpan EndsAfter, Ending Ending)
{
    static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(40);
    static readonly TimeSpan BothWays = TimeSpan.FromMilliseconds(80);
    static readonly TimeSpan Latest = TimeSpan.FromMinutes(90);

    /// <summary>Draws a call's fate.</summary>
    public static Fate Of(World world, bool isDeaf, TimeSpan within)
    {
        if (world.Strikes(Fault.NotSent)) return new Fate(null, OneWay, Ending.NotSent);
        if (world.Strikes(Fault.TurnedAway)) return new Fate(null, BothWays, Ending.TurnedAway);
        if (world.Strikes(Fault.LostOnTheWay)) return new Fate(null, within, Ending.Lost);
        if (world.Strikes(Fault.LostAnswer)) return new Fate(OneWay, within, Ending.Lost);
        if (world.Strikes(Fault.ErrorBefore)) return new Fate(null, BothWays, Ending.Lost);
        if (world.Strikes(Fault.ErrorAfter)) return new Fate(OneWay, BothWays, Ending.Lost);
        if (world.Strikes(Fault.DoneLate)) return new Fate(world.Chance.Spread(within, Latest), within, Ending.Lost);
        if (isDeaf && world.Loop.Now < world.Faults.StopAt)
            return new Fate(world.Chance.Happens(0.5) ? OneWay : null, within, Ending.Lost);
        var takes = world.Strikes(Fault.Slow) ? world.Chance.Spread(BothWays, within * 2) : world.Chance.Between(OneWay, BothWays);
        return takes < within ? new Fate(takes, takes, Ending.Answered) : new Fate(takes, within, Ending.Lost);
    }
}
