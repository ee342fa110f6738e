using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Simulation.Acquirers;

/// <summary>How an acquirer decides on attempts: once for each, and then it answers the same.</summary>
sealed class Decisions(World world, AcquirerProfile profile, bool remembersReversals)
{
    const double ForOtherAmount = 0.01;
    const double RequiresAction = 0.1;
    const double Approves = 0.75;

    static readonly DeclineCode[] Codes = Enum.GetValues<DeclineCode>();

    int references;

    /// <summary>Decides on an attempt, or answers as it did.</summary>
    public AttemptOutcome Decide(Case subject, Book book, Money amount)
    {
        if (book.Answer is { } known) return known;
        if (book.IsReversed && remembersReversals) return book.Answer = Refuse(subject, book, DeclineCode.AcquirerError);
        return book.Answer = First(subject, book, amount);
    }

    /// <summary>
    /// Decides on an attempt whose cardholder authenticated, or answers as it did; unasked, where it does not wait for us.
    /// </summary>
    public AttemptOutcome Complete(Case subject, Book book, Money amount, bool isAsked)
    {
        if (book.Completed is { } known) return known;
        var approves = world.Chance.Happens(Approves) && !book.IsReversed;
        return book.Completed = approves
            ? Approve(subject, book, amount, isAsked)
            : Refuse(subject, book, world.Chance.Of(DeclineCode.AuthenticationFailed, DeclineCode.DoNotHonor));
    }

    AttemptOutcome First(Case subject, Book book, Money amount)
    {
        if (world.Chance.Happens(ForOtherAmount) && amount.MinorUnits > 1)
        {
            var approval = Enter(subject, book, new Money(amount.MinorUnits / 2, amount.Currency), isCertain: book.IsReversed);
            return new AttemptOutcome.Contradicted(approval.Reference, $"approved for {approval.Amount}");
        }
        if (profile.FindsOutBy == FindOutBy.AskingAgain && world.Chance.Happens(RequiresAction))
            return new AttemptOutcome.ActionRequired(NextReference(), "https://acquirer.example/authenticate");
        return world.Chance.Happens(Approves)
            ? Approve(subject, book, amount, isAsked: true)
            : Refuse(subject, book, world.Chance.Of<DeclineCode>(Codes));
    }

    AttemptOutcome.Approved Approve(Case subject, Book book, Money amount, bool isAsked)
    {
        // What we cannot learn in another way, the acquirer tells for certain: that is what its settlement file would show.
        var isTwice = world.Strikes(Fault.ApprovedTwice);
        var approval = Enter(subject, book, amount, isCertain: isTwice || book.IsReversed || !isAsked);
        if (isTwice) Enter(subject, book, amount, isCertain: true);
        return new AttemptOutcome.Approved(approval.Reference, "123456");
    }

    Approval Enter(Case subject, Book book, Money amount, bool isCertain)
    {
        var approval = new Approval(NextReference(), amount.MinorUnits);
        book.Approvals.Add(approval);
        book.Enter(world.Loop.Now, "approved", approval.Reference, approval.Amount);
        world.Notices.Send(
            subject, book, new NoticeSubject.Authorised(approval.Reference, "123456", amount), operation: null, isCertain);
        return approval;
    }

    AttemptOutcome.Declined Refuse(Case subject, Book book, DeclineCode code)
    {
        book.Enter(world.Loop.Now, "refused", code.ToString(), 0);
        world.Notices.Send(subject, book, new NoticeSubject.Refused(code, "05", "refused", null), operation: null, isCertain: false);
        return new AttemptOutcome.Declined(code, "05", "refused");
    }

    string NextReference() => $"{profile.Name}-{++references}";
}
