using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>What is kept of a card's declines, under its fingerprint: never its number, nor a token of it.</summary>
sealed record CardActivityDocument(string Id, CardActivity Activity);

/// <summary>
/// Counts the declines of cards. A decline is counted before it is decided what is done after it, and each count is one
/// document replaced as it was read: of all declines of a card, whichever came first, no two ever see the same number. So
/// the tries that are made because of what was counted never pass a limit; those that were on their way when it was
/// reached come on top. Approvals cost nothing here: nothing is read or written for them.
/// </summary>
public sealed class CardActivityStore(Containers containers, CardVault vault)
{
    // Each round loses against somebody who won: only that many payments of one card at once could use them up.
    const int MostRounds = 50;

    /// <summary>
    /// The card's declines with this one among them. A card that is no longer in the vault cannot be tried again, so there
    /// is nothing to count for it.
    /// </summary>
    internal async Task<CardActivity> CountAsync(
        Payment payment, CountedDecline decline, CancellationToken cancellation) =>
        await vault.FingerprintAsync(payment.Token, payment.Merchant, cancellation) is { } fingerprint
            ? await CountAsync(fingerprint, decline, cancellation)
            : CardActivity.Empty;

    /// <summary>The same, by the card's fingerprint.</summary>
    internal async Task<CardActivity> CountAsync(string fingerprint, CountedDecline decline, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await containers.CardActivity.FindAsync<CardActivityDocument>(fingerprint, fingerprint, cancellation);
            var before = stored?.Value.Activity ?? CardActivity.Empty;
            var after = before.With(decline);
            if (ReferenceEquals(after, before)) return after;
            var document = new CardActivityDocument(fingerprint, after);
            // A write of which it is not known whether it took is read back: if it did, there is nothing to add.
            if (await containers.CardActivity.TrySaveAsync(fingerprint, fingerprint, document, stored?.ETag, cancellation) is not null)
                return after;
        }
        throw new TimeoutException($"The activity of a card changed {MostRounds} times while {decline.Attempt} was being counted.");
    }
}
