using Railyard.Core;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>Keeps payments. Every change is one document replaced as it was read, or made again on what it has become.</summary>
public sealed class PaymentStore(Containers containers)
{
    const int MostRounds = 20;
    const int MostRecent = 4_096;

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
        await FindAsync(id, cancellation) ?? throw new InvariantBroken($"There is no payment {id}.");

    /// <summary>
    /// The payment as its authorisation left it, which has just come to its end: as it was written here, if it was, and
    /// otherwise as it is now. What another instance has made of it since is another request's to show.
    /// </summary>
    public async Task<Payment> LoadDecidedAsync(PaymentId id, CancellationToken cancellation) =>
        recent.Find(id) is { Value: var written } && IsDecided(written) ? written : await LoadAsync(id, cancellation);

    // From any other status the same orchestration may have gone on, and written elsewhere.
    static bool IsDecided(Payment payment) =>
        payment is { Status: PaymentStatus.Declined } or { Status: PaymentStatus.Authorized, AutomaticCapture: null };

    /// <summary>Writes a new payment, unless one of that id is there already: what is there then.</summary>
    public async Task<Payment> CreateAsync(Payment payment, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            if (await TryCreateAsync(payment, cancellation)) return payment;
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
            var stored = remembered
                ?? await containers.Payments.FindAsync<Payment>(id.Value, id.Value, cancellation)
                ?? throw new InvariantBroken($"There is no payment {id}.");
            if (Try(change, stored.Value, isRemembered: remembered is not null) is not { } changed) continue;
            if (!ReferenceEquals(changed, stored.Value))
            {
                if (await TryReplaceAsync(changed, stored.ETag, cancellation)) return changed;
            }
            // That there is nothing to change is believed only of what is there now.
            else if (remembered is null)
            {
                return changed;
            }
        }
        throw new TimeoutException($"{id} changed {MostRounds} times while it was being changed.");
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

    async Task<bool> TryCreateAsync(Payment payment, CancellationToken cancellation)
    {
        var created = await containers.Payments.TrySaveAsync(payment.Id.Value, payment.Id.Value, payment, etag: null, cancellation);
        if (created is not null) recent.Keep(payment.Id, created);
        return created is not null;
    }

    async Task<bool> TryReplaceAsync(Payment payment, string etag, CancellationToken cancellation)
    {
        var replaced = await containers.Payments.TrySaveAsync(payment.Id.Value, payment.Id.Value, payment, etag, cancellation);
        if (replaced is not null) recent.Keep(payment.Id, replaced);
        return replaced is not null;
    }
}
