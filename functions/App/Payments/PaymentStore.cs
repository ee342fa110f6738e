using Railyard.Core;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>Keeps payments. Every change is one document replaced as it was read, or made again on what it has become.</summary>
public sealed class PaymentStore(Containers containers, TimeProvider time)
{
    const int MostRounds = 20;
    const int MostRecent = 4_096;
    const int MostLooks = 5;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // A payment is changed several times within a moment, mostly here: If-Match says when it was not.
    readonly Recent<PaymentId, Stored<Payment>> recent = new(MostRecent);

    /// <summary>The payment, or null.</summary>
    public async Task<Payment?> FindAsync(PaymentId id, CancellationToken cancellation) =>
        (await containers.Payments.FindAsync<Payment>(id.Value, id.Value, cancellation))?.Value;

    /// <summary>The payment, where it is that merchant's; another's is as good as none.</summary>
    public async Task<Payment?> FindAsync(PaymentId id, MerchantId merchant, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) is { } payment && payment.Merchant == merchant ? payment : null;

    /// <summary>The payment.</summary>
    /// <exception cref="InvariantBroken">There is none: whoever named it must have made it.</exception>
    public async Task<Payment> LoadAsync(PaymentId id, CancellationToken cancellation) =>
        (await LookAsync(id, _ => true, cancellation)).Value;

    /// <summary>The payment with an event of it that was published.</summary>
    /// <exception cref="TimeoutException">It does not show the event yet.</exception>
    internal async Task<Payment> LoadAsync(PaymentEventMessage published, CancellationToken cancellation)
    {
        var (payment, _) = await LookAsync(published.Payment, HasIt, cancellation);
        return HasIt(payment)
            ? payment
            : throw new TimeoutException($"{published.Payment} does not show its event {published.Sequence} yet.");

        bool HasIt(Payment read) => read.Events.Count >= published.Sequence;
    }

    /// <summary>
    /// The payment as its authorisation left it, which has just come to its end: as it was written here, if it was, and
    /// otherwise as it is now. What another instance has made of it since is another request's to show.
    /// </summary>
    public async Task<Payment> LoadDecidedAsync(PaymentId id, CancellationToken cancellation) =>
        recent.Find(id) is { Value: var written } && IsDecided(written)
            ? written
            : (await LookAsync(id, read => read.Status != PaymentStatus.Processing, cancellation)).Value;

    // From any other status the same orchestration may have gone on, and written elsewhere.
    static bool IsDecided(Payment payment) =>
        payment is { Status: PaymentStatus.Declined } or { Status: PaymentStatus.Authorized, AutomaticCapture: null };

    /// <summary>Writes a new payment, unless one of that id is there already: what is there then.</summary>
    public async Task<Payment> CreateAsync(Payment payment, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            if (await TrySaveAsync(payment, etag: null, cancellation)) return payment;
            if (await FindAsync(payment.Id, cancellation) is { } found) return found;
        }
        throw new TimeoutException($"{payment.Id} could not be written {MostRounds} times.");
    }

    /// <summary>
    /// Writes a new payment together with the first <paramref name="change"/> to it; where it is there already, changes what is
    /// there as <see cref="ChangeAsync"/> does.
    /// </summary>
    public async Task<Payment> BeginAsync(Payment asked, Func<Payment, Payment> change, CancellationToken cancellation)
    {
        var begun = change(asked);
        return ReferenceEquals(await CreateAsync(begun, cancellation), begun)
            ? begun
            : await ChangeAsync(asked.Id, change, cancellation);
    }

    /// <summary>
    /// Loads the payment, asks <paramref name="change"/>, saves what it answers; where somebody was faster, or it is
    /// not known whether the write took, asks again of what is there now. So the change must be one that, made twice, is
    /// made once. Answering the very payment it was given means that there is nothing to save.
    /// </summary>
    public async Task<Payment> ChangeAsync(PaymentId id, Func<Payment, Payment> change, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var remembered = recent.Take(id);
            var stored = remembered ?? await LookAsync(id, _ => true, cancellation);
            if (Try(change, stored.Value, isRemembered: remembered is not null) is not { } changed) continue;
            if (!ReferenceEquals(changed, stored.Value))
            {
                if (await TrySaveAsync(changed, stored.ETag, cancellation)) return changed;
            }
            // That there is nothing to change is believed only of what is there now.
            else if (remembered is null)
            {
                return changed;
            }
        }
        throw new TimeoutException($"{id} changed {MostRounds} times while it was being changed.");
    }

    // Another instance wrote it perhaps, and this one reads from a replica that does not have that yet: then it looks again.
    async Task<Stored<Payment>> LookAsync(PaymentId id, Func<Payment, bool> isWhatIsWanted, CancellationToken cancellation)
    {
        for (var look = 1; ; look++)
        {
            var stored = await containers.Payments.FindAsync<Payment>(id.Value, id.Value, cancellation);
            if (stored is not null && (look == MostLooks || isWhatIsWanted(stored.Value))) return stored;
            if (look == MostLooks) throw new InvariantBroken($"There is no payment {id}.");
            await Task.Delay(Pause, time, cancellation);
        }
    }

    // What is remembered may be older than what the change is about, which another instance wrote: then it is read.
    static Payment? Try(Func<Payment, Payment> change, Payment found, bool isRemembered)
    {
        try
        {
            return change(found);
        }
        catch (Exception) when (isRemembered)
        {
            return null;
        }
    }

    // A new one where there is no ETag.
    async Task<bool> TrySaveAsync(Payment payment, string? etag, CancellationToken cancellation)
    {
        var saved = await containers.Payments.TrySaveAsync(payment.Id.Value, payment.Id.Value, payment, etag, cancellation);
        if (saved is not null) recent.Keep(payment.Id, saved);
        return saved is not null;
    }
}
