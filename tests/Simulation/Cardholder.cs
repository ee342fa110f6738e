using Railyard.Core.Payments;
using Railyard.Simulation.Engine;
using Railyard.Simulation.Flow;

namespace Railyard.Simulation;

/// <summary>A cardholder who is asked to authenticate: comes back, or never, or back with nonsense, or leaves it to the acquirer.</summary>
static class Cardholder
{
    /// <summary>What an acquirer can make sense of.</summary>
    public const string Result = "result";

    const string Nonsense = "nonsense";
    static readonly TimeSpan Soonest = TimeSpan.FromSeconds(2);
    static readonly TimeSpan Latest = TimeSpan.FromMinutes(40);

    /// <summary>They are sent to the acquirer; from there on it is theirs.</summary>
    public static void IsSent(World world, Case subject, Attempt attempt)
    {
        var book = world[attempt.Acquirer].BookOf(subject, attempt.Id);
        if (book.IsCardholderSent) return;
        book.IsCardholderSent = true;
        if (world.Chance.Happens(0.1)) Later(world, subject, () => Return(world, subject, Nonsense));
        if (world.Chance.Happens(0.3))
            Later(world, subject, () => world[attempt.Acquirer].CompleteUnasked(subject, attempt.Id, subject.Asked.Amount));
        if (world.Chance.Happens(0.6)) Later(world, subject, () => Return(world, subject, Result));
        if (world.Chance.Happens(0.1)) Later(world, subject, () => Return(world, subject, Result));
    }

    static void Return(World world, Case subject, string result) => Orchestration.Tell(
        world, subject, AuthenticateCardholder.InstanceId(subject.Id), found => found.CardholderReturned, result);

    static void Later(World world, Case subject, Action act) =>
        world.Loop.In(world.Chance.Spread(Soonest, Latest), subject, "cardholder acts", act, isPlanned: true);
}
