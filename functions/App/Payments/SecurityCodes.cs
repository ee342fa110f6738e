using System.Collections.Concurrent;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>
/// Holds a card's security code in memory, and only there, from the request until the acquirer is called. Where the
/// process dies in between, or another one runs the attempt, the attempt goes out without it.
/// </summary>
public sealed class SecurityCodes(TimeProvider time)
{
    const int MostHeld = 20_000;
    static readonly TimeSpan HeldFor = TimeSpan.FromMinutes(2);

    readonly ConcurrentDictionary<PaymentId, (string Code, DateTimeOffset Until)> held = [];

    /// <summary>Holds the code of a payment that is about to be authorised.</summary>
    public void Hold(PaymentId payment, string code)
    {
        if (held.Count >= MostHeld) ForgetExpired();
        if (held.Count < MostHeld) held[payment] = (code, time.GetUtcNow() + HeldFor);
    }

    /// <summary>The code, if it is still held.</summary>
    public string? Find(PaymentId payment) =>
        held.TryGetValue(payment, out var one) && one.Until > time.GetUtcNow() ? one.Code : null;

    /// <summary>Forgets the code: the payment needs it no more.</summary>
    public void Forget(PaymentId payment) => held.TryRemove(payment, out _);

    void ForgetExpired()
    {
        var now = time.GetUtcNow();
        foreach (var (payment, one) in held)
            if (one.Until <= now) held.TryRemove(payment, out _);
    }
}
