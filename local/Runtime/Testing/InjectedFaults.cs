using Railyard.Local.Cosmos.Wire;
using Railyard.Local.Durable;
using Railyard.Local.ServiceBus;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Runtime.Testing;

/// <summary>Asks the plan of the day, on behalf of the parts of a running app.</summary>
internal sealed class InjectedFaults(FaultPlan? first)
{
    volatile FaultPlan? plan = first;
    volatile bool isArmed;
    CosmosFaults? cosmos;

    /// <summary>The plan that is asked from now on.</summary>
    public FaultPlan? Plan
    {
        set
        {
            plan = value;
            cosmos?.Forget();
        }
    }

    // Starting and stopping are not what a plan is about.
    public void Arm() => isArmed = true;

    public void Disarm() => isArmed = false;

    public bool Strikes(Fault fault) => isArmed && plan?.Strikes(fault) == true;

    public DurableFaults Durable(Action crashed) => new(
        Commits(crashed), () => Strikes(Fault.RepeatActivity), () => isArmed && plan?.ReplaysEveryTurn == true);

    public BrokerFaults Broker(Action crashed) => new(Commits(crashed))
    {
        Duplicates = () => Strikes(Fault.DuplicateMessage),
        Delay = () => isArmed ? plan?.Delay() ?? TimeSpan.Zero : TimeSpan.Zero,
        Pick = count => isArmed ? plan?.Pick(count) ?? 0 : 0,
        LosesLock = () => Strikes(Fault.LoseLock),
        Redelivers = () => Strikes(Fault.RedeliverMessage),
    };

    /// <summary>What Cosmos DB answers instead of the truth.</summary>
    public RequestHooks Cosmos() => (cosmos ??= new CosmosFaults(Strikes)).Hooks;

    public CommitFaults Commits(Action crashed) =>
        new(() => Strikes(Fault.CrashBeforeCommit), () => Strikes(Fault.CrashAfterCommit), crashed);
}
