using Railyard.Core.Payments;
using static Railyard.Core.Ledger.PostingRules;

namespace Railyard.Core.Ledger;

/// <summary>
/// The entries of a dispute's stages. Stages may be skipped, and amounts may change between them: what a stage posts
/// follows from where the money was before it.
/// </summary>
static class DisputePostings
{
    enum Place { Merchant, Withheld, Cardholder }

    // What a dispute costs the merchant is charged with its line, by the merchant's schedule: a dispute whose line never comes
    // has cost us nothing, and a fee that is charged here and there would be charged twice.
    public static IReadOnlyList<JournalEntry> Of(PaymentHappening happening, PaymentEvent.DisputeMoved moved, Payment payment)
    {
        var (place, withheld) = Before(payment, happening.Recorded.Sequence, moved.Reference);
        return [.. Moves(place, withheld, moved).Select(move => Post(move.Rule, move.Amount, happening, moved, payment)).OfType<JournalEntry>()];
    }

    static IEnumerable<(PostingRule Rule, Money Amount)> Moves(Place place, Money? withheld, PaymentEvent.DisputeMoved moved)
    {
        var target = PlaceAfter(moved.Stage);
        if (place == Place.Merchant && target == Place.Merchant) yield break;
        if (place == Place.Cardholder) yield break;
        if (place == Place.Merchant) yield return (DisputeOpened, moved.Amount);
        if (place == Place.Withheld && target == Place.Withheld)
        {
            if (withheld!.Value < moved.Amount) yield return (DisputeOpened, moved.Amount - withheld.Value);
            if (withheld.Value > moved.Amount) yield return (DisputeWon, withheld.Value - moved.Amount);
        }
        if (target == Place.Cardholder) yield return (DisputeLost, withheld ?? moved.Amount);
        if (target != Place.Merchant) yield break;
        // What was withheld and is not won is lost.
        var won = withheld!.Value < moved.Amount ? withheld.Value : moved.Amount;
        yield return (DisputeWon, won);
        yield return (DisputeLost, withheld.Value - won);
    }

    static JournalEntry? Post(
        PostingRule rule, Money amount, PaymentHappening happening, PaymentEvent.DisputeMoved moved, Payment payment) =>
        rule.Post(
            PaymentPostings.BookOf(happening),
            $"{payment.Id}:{moved.Reference}:{moved.Stage}",
            happening.Recorded.At,
            PartAmounts.Of(amount),
            payment.Approval?.Acquirer.Value ?? throw new InvariantBroken($"{payment.Id} is disputed and was never approved."),
            about: payment.Id.Value);

    static (Place Place, Money? Withheld) Before(Payment payment, int sequence, string reference)
    {
        var (place, withheld) = (Place.Merchant, (Money?)null);
        foreach (var recorded in payment.Events.Where(recorded => recorded.Sequence < sequence))
        {
            if (recorded.Event is not PaymentEvent.DisputeMoved moved || moved.Reference != reference) continue;
            place = PlaceAfter(moved.Stage);
            withheld = place == Place.Withheld ? moved.Amount : null;
        }
        return (place, withheld);
    }

    static Place PlaceAfter(DisputeStage stage) => stage switch
    {
        DisputeStage.Opened or DisputeStage.SecondChargeback => Place.Withheld,
        DisputeStage.Won => Place.Merchant,
        DisputeStage.Lost => Place.Cardholder,
    };
}
