using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Simulation.Engine;
using Railyard.Simulation.Flow;

namespace Railyard.Simulation.Acquirers;

/// <summary>Brings what acquirers say by themselves: late, in any order, more than once, or never.</summary>
sealed class NoticePost(World world)
{
    static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan Usually = TimeSpan.FromSeconds(3);
    static readonly TimeSpan Latest = TimeSpan.FromHours(30);

    int ids;

    /// <summary>Sends a notice; one that is certain comes in the end, since the acquirer sends it until it is taken.</summary>
    public void Send(Case subject, Book book, NoticeSubject says, OperationId? operation, bool isCertain)
    {
        var isDeaf = world.Loop.Now < world.Faults.StopAt && book.IsDeaf(operation, () => false);
        if (!isCertain && (isDeaf || world.Strikes(Fault.NoticeLost))) return;
        var notice = new AcquirerNotice
        {
            Acquirer = book.Acquirer,
            Id = $"n{++ids}",
            RawType = says.GetType().Name,
            Payment = subject.Id,
            // Not every protocol says which attempt it speaks of.
            Attempt = ids % 2 == 0 ? book.Attempt : null,
            Operation = operation,
            Says = says,
        };
        do Deliver(subject, notice);
        while (world.Strikes(Fault.NoticeRepeated));
    }

    void Deliver(Case subject, AcquirerNotice notice)
    {
        var way = world.Chance.Spread(Soonest, world.Strikes(Fault.NoticeDelayed) ? Latest : Usually);
        world.Loop.In(way, subject, "notice arrives", () => world.Watch(ApplyNotification.RunAsync(world, subject, notice)));
    }
}
