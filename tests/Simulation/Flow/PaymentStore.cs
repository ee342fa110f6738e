using Railyard.Core.Payments;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation.Flow;

// This folder is App's orchestrations and activities, step by step: whoever changes one there changes it here. What is I/O there
// is a step here, between any two of which the run may end.

/// <summary>App's PaymentStore and PaymentEvents: the document under its version, and the topic.</summary>
static class PaymentStore
{
    const int MostRounds = 20;

    /// <summary>The payment as it is.</summary>
    public static async Task<Payment> LoadAsync(this Run run)
    {
        await run.Step("load");
        return run.Subject.Payment!;
    }

    /// <summary>Writes it, unless it is there: what is there then.</summary>
    public static async Task<Payment> CreateAsync(this Run run, Payment payment)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            await run.Step("create");
            if (TryCreate(run, payment)) return payment;
            await run.Step("read");
            if (run.Subject.Payment is { } found) return found;
        }
        throw new TimeoutException($"{run.Subject.Id} could not be written {MostRounds} times.");
    }

    /// <summary>Writes it with its first change, or changes what is there.</summary>
    public static async Task<Payment> BeginAsync(this Run run, Payment asked, Func<Payment, Payment> change)
    {
        var begun = change(asked);
        return ReferenceEquals(await run.CreateAsync(begun), begun) ? begun : await run.ChangeAsync(change);
    }

    /// <summary>Loads, asks, writes under the version that was read; where that is not known to have taken, again.</summary>
    public static async Task<Payment> ChangeAsync(this Run run, Func<Payment, Payment> change)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            await run.Step("read");
            var isRemembered = round == 0 && run.World.Strikes(Fault.StaleRead);
            var (found, version) = run.Subject.Read(isRemembered);
            if (Try(change, found, isRemembered) is not { } changed) continue;
            if (!ReferenceEquals(changed, found))
            {
                await run.Step("write");
                if (TryReplace(run, changed, version)) return changed;
            }
            else if (!isRemembered)
            {
                return changed;
            }
        }
        throw new TimeoutException($"{run.Subject.Id} changed {MostRounds} times while it was being changed.");
    }

    /// <summary>Publishes every event from that one on.</summary>
    public static async Task PublishAsync(this Run run, Payment payment, int first)
    {
        await run.Step("publish");
        for (var sequence = first; sequence <= payment.Events.Count; sequence++) run.Subject.Published.Add(sequence);
    }

    // What a memory that is out of date lacks is no reason to fail.
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

    static bool TryCreate(Run run, Payment payment)
    {
        if (run.World.Strikes(Fault.LostWrite)) return false;
        return run.Subject.TryCreate(payment) && !run.World.Strikes(Fault.UnknownWrite);
    }

    static bool TryReplace(Run run, Payment changed, int version)
    {
        if (run.World.Strikes(Fault.LostWrite)) return false;
        return run.Subject.TryReplace(changed, version) && !run.World.Strikes(Fault.UnknownWrite);
    }
}
