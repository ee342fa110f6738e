using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation.Acquirers;

/// <summary>What an acquirer does with its approvals, and takes back afterwards: captures, refunds, voids and reversals.</summary>
sealed class Modifications(World world, AcquirerName name)
{
    const double Refuses = 0.03;
    static readonly TimeSpan SoonestTakenBack = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LatestTakenBack = TimeSpan.FromDays(6);

    int references;

    /// <summary>Does an operation, or answers as it did.</summary>
    public OperationOutcome Perform(Case subject, Book book, string reference, Operation asked)
    {
        if (book.Operations.TryGetValue(asked.Id, out var known)) return known;
        OperationOutcome outcome = book.Find(reference) is { } approval && !world.Chance.Happens(Refuses) && Apply(approval, asked, sign: 1)
            ? Take(subject, book, approval, asked)
            : Refuse(subject, book, asked);
        return book.Operations[asked.Id] = outcome;
    }

    /// <summary>Undoes one approval of an attempt, or all that there is and will be; that nothing is there is an answer too.</summary>
    public ReversalOutcome Reverse(Case subject, Book book, string? reference)
    {
        if (reference is null) book.IsReversed = true;
        foreach (var approval in book.Approvals)
            if (approval.IsLive && (reference is null || approval.Reference == reference)) Release(subject, book, approval);
        book.Enter(world.Loop.Now, "reversed", reference ?? "all", 0);
        return new ReversalOutcome.Reversed($"{name}-r{++references}", "reversed");
    }

    OperationOutcome.Accepted Take(Case subject, Book book, Approval approval, Operation asked)
    {
        var reference = $"{name}-m{++references}";
        book.Enter(world.Loop.Now, asked.Kind.ToString(), reference, asked.Amount.MinorUnits);
        world.Notices.Send(
            subject, book, new NoticeSubject.OperationTaken(asked.Kind, reference), asked.Id, isCertain: false);
        if (world.Strikes(Fault.TakenBack)) Later(subject, () => TakeBack(subject, book, approval, asked, reference));
        return new OperationOutcome.Accepted(reference);
    }

    OperationOutcome.Refused Refuse(Case subject, Book book, Operation asked)
    {
        book.Enter(world.Loop.Now, "refused", asked.Id.Value, asked.Amount.MinorUnits);
        world.Notices.Send(
            subject, book, new NoticeSubject.OperationRefused(asked.Kind, null, "167", "refused"), asked.Id, isCertain: false);
        return new OperationOutcome.Refused("167", "refused");
    }

    void TakeBack(Case subject, Book book, Approval approval, Operation asked, string reference)
    {
        if (!Apply(approval, asked, sign: -1)) return;
        book.Enter(world.Loop.Now, "taken back", reference, asked.Amount.MinorUnits);
        world.Notices.Send(
            subject, book, new NoticeSubject.OperationRefused(asked.Kind, reference, "failed", "failed later"), asked.Id, isCertain: true);
    }

    static bool Apply(Approval approval, Operation asked, int sign)
    {
        var amount = sign * asked.Amount.MinorUnits;
        switch (asked.Kind)
        {
            case OperationKind.Capture:
                if (sign > 0 && (approval.IsReleased || approval.Captured + amount > approval.Amount)) return false;
                approval.Captured += amount;
                approval.IsCaptureTakenBack |= sign < 0;
                return true;
            case OperationKind.Refund:
                if (sign > 0 && approval.Refunded + amount > approval.Captured) return false;
                approval.Refunded += amount;
                return true;
            case OperationKind.Void:
                if (approval.IsReleased == sign > 0) return false;
                approval.IsReleased = sign > 0;
                return true;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    void Release(Case subject, Book book, Approval approval)
    {
        approval.IsReleased = true;
        approval.Refunded = approval.Captured;
        if (!world.Strikes(Fault.TakenBack)) return;
        Later(subject, () =>
        {
            approval.IsReleased = false;
            book.Enter(world.Loop.Now, "reversal not made", approval.Reference, approval.Amount);
            world.Notices.Send(
                subject,
                book,
                new NoticeSubject.OperationRefused(OperationKind.Void, $"{name}-r", "failed", "not reversed"),
                operation: null,
                isCertain: true);
        });
    }

    void Later(Case subject, Action act) => world.Loop.In(
        world.Chance.Spread(SoonestTakenBack, LatestTakenBack), subject, "taken back", act, isPlanned: true);
}
