using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Simulation.Acquirers;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation;

/// <summary>One run from one seed: time, chance, faults, acquirers and payments, and nothing from outside.</summary>
sealed class World
{
    static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    static readonly TimeSpan ClockIsSetEvery = TimeSpan.FromMinutes(10);
    static readonly TimeSpan FurthestJump = TimeSpan.FromMinutes(3);
    static readonly TimeSpan UsualSkew = TimeSpan.FromMilliseconds(200);

    readonly Dictionary<AcquirerName, AcquirerModel> acquirers;
    TimeSpan skew;

    public World(ulong seed, Rules rules)
    {
        Seed = seed;
        Rules = rules;
        Chance = new Chance(seed);
        Loop = new Loop(Start);
        Faults = new Faults(Chance, Start);
        Notices = new NoticePost(this);
        acquirers = AcquirerModel.All(this).ToDictionary(acquirer => acquirer.Profile.Name);
        SetClock();
    }

    public ulong Seed { get; }

    public Rules Rules { get; }

    public Chance Chance { get; }

    public Loop Loop { get; }

    public Faults Faults { get; }

    public NoticePost Notices { get; }

    /// <summary>What the clock of our processes says. No two clocks agree, and this one may jump.</summary>
    public DateTimeOffset Clock => Loop.Now + skew;

    public IReadOnlyList<AcquirerProfile> Profiles => [.. acquirers.Values.Select(acquirer => acquirer.Profile)];

    public AcquirerModel this[AcquirerName name] => acquirers[name];

    /// <summary>Our own fault, which must never be: it ends the run.</summary>
    public Exception? Broken { get; private set; }

    /// <summary>Whether that goes wrong now.</summary>
    public bool Strikes(Fault fault) => Loop.Now < Faults.StopAt && Chance.Happens(Faults.Share(fault));

    /// <summary>Watches over what nobody awaits.</summary>
    public async void Watch(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception fault)
        {
            Broken ??= fault;
        }
    }

    void SetClock()
    {
        skew = Strikes(Fault.ClockJump) ? Chance.Between(-FurthestJump, FurthestJump) : Chance.Between(-UsualSkew, UsualSkew);
        if (Loop.Now < Faults.StopAt) Loop.In(ClockIsSetEvery, null, "clock", SetClock);
    }
}
