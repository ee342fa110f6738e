using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation.Acquirers;

/// <summary>
/// An acquirer as the world has them: whatever becomes of a call, it keeps a book of what it really did, and the same call under
/// the same key is done once.
/// </summary>
sealed class AcquirerModel(World world, AcquirerProfile profile, bool remembersReversals)
{
    static readonly CardBrand[] Brands = Enum.GetValues<CardBrand>();

    readonly Decisions decisions = new(world, profile, remembersReversals);
    readonly Modifications modifications = new(world, profile.Name);

    public AcquirerProfile Profile => profile;

    /// <summary>
    /// The acquirers of every run: two that tell under the same key what became of a call, and two that must be asked to reverse.
    /// One of these remembers a reversal when its original comes late, the other does not: it approves, and says so.
    /// </summary>
    public static IEnumerable<AcquirerModel> All(World world) =>
    [
        new(world, Named("northbank", FindOutBy.AskingAgain), remembersReversals: true),
        new(world, Named("southbank", FindOutBy.AskingAgain), remembersReversals: true),
        new(world, Named("tidebank", FindOutBy.Reversing), remembersReversals: true),
        new(world, Named("mudbank", FindOutBy.Reversing), remembersReversals: false),
    ];

    /// <summary>Asks for an authorisation.</summary>
    public Reply<AttemptOutcome> Authorize(Run run, AttemptId attempt, Money amount, TimeSpan within) => Call(
        run, attempt, within, () => decisions.Decide(run.Subject, BookOf(run.Subject, attempt), amount), Ended);

    /// <summary>Hands over what a cardholder brought back; null where it makes no sense.</summary>
    public Reply<AttemptOutcome?> Complete(Run run, AttemptId attempt, Money amount, string result, TimeSpan within) => Call(
        run,
        attempt,
        within,
        () => result == Cardholder.Result ? decisions.Complete(run.Subject, BookOf(run.Subject, attempt), amount, isAsked: true) : null,
        // Of a completion there is no "not sent" that would be a decline.
        (_, why) => (AttemptOutcome?)new AttemptOutcome.Unknown(why));

    /// <summary>Its cardholder authenticated, and it does not wait for us to ask what came of it.</summary>
    public void CompleteUnasked(Case subject, AttemptId attempt, Money amount) =>
        decisions.Complete(subject, BookOf(subject, attempt), amount, isAsked: false);

    /// <summary>Asks for a capture, refund or void.</summary>
    public Reply<OperationOutcome> Perform(Run run, AttemptId attempt, string reference, Operation asked, TimeSpan within) => Call(
        run,
        attempt,
        within,
        () => modifications.Perform(run.Subject, BookOf(run.Subject, attempt), reference, asked),
        (_, why) => (OperationOutcome)new OperationOutcome.Unknown(why),
        asked.Id);

    /// <summary>Asks for an attempt to be undone: one approval of it, or whatever there is.</summary>
    public Reply<ReversalOutcome> Reverse(Run run, AttemptId attempt, string? reference, TimeSpan within) => Call(
        run,
        attempt,
        within,
        () => modifications.Reverse(run.Subject, BookOf(run.Subject, attempt), reference),
        (_, why) => (ReversalOutcome)new ReversalOutcome.Unknown(why));

    static AcquirerProfile Named(string name, FindOutBy findsOutBy) =>
        new() { Name = new AcquirerName(name), Brands = Brands, Fee = new Fee(0, 0), FindsOutBy = findsOutBy };

    static AttemptOutcome Ended(Ending ending, string why) => ending switch
    {
        Ending.NotSent => AttemptOutcome.NotSent(why),
        Ending.TurnedAway =>
            new AttemptOutcome.Declined(DeclineCode.AcquirerUnavailable, "429", why) { IsOfThisCallOnly = true },
        Ending.Lost or Ending.Answered => new AttemptOutcome.Unknown(why),
    };

    /// <summary>Its book of an attempt.</summary>
    public Book BookOf(Case subject, AttemptId attempt)
    {
        if (subject.Books.TryGetValue(attempt, out var book)) return book;
        return subject.Books[attempt] = new Book(profile.Name, attempt, world.Strikes(Fault.Deaf));
    }

    // The caller's crash ends the waiting, never what is on its way.
    Reply<T> Call<T>(
        Run run, AttemptId attempt, TimeSpan within, Func<T> perform, Func<Ending, string, T> ended, OperationId? operation = null)
    {
        var isDeaf = BookOf(run.Subject, attempt).IsDeaf(operation, () => world.Strikes(Fault.Deaf));
        var fate = Fate.Of(world, isDeaf, within);
        var reply = new Reply<T>(run);
        if (fate.Ending == Ending.Answered)
        {
            world.Loop.In(fate.EndsAfter, run.Subject, "acquirer does and answers", () => reply.Come(perform()));
            return reply;
        }
        if (fate.DoneAfter is { } later) world.Loop.In(later, run.Subject, "acquirer does, unheard", () => perform());
        world.Loop.In(fate.EndsAfter, run.Subject, "call ends", () => reply.Come(ended(fate.Ending, "not answered")));
        return reply;
    }
}
