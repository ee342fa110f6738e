using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>What an acquirer has taken of all merchants' payments in the month so far.</summary>
public sealed record MonthVolume(AcquirerName Acquirer, long Payments);

/// <summary>What a payment may need of its acquirer beside the card and the currency.</summary>
public enum Capability { ManualCapture, MerchantInitiated, ZeroAmount }

/// <summary>The amounts that an acquirer takes in a currency, both ends included, in minor units.</summary>
public sealed record AmountLimits(long Least, long Most);

/// <summary>The hours of every day, in UTC, in which an acquirer takes nothing; they may go past midnight.</summary>
public sealed record ClosedHours(TimeOnly From, TimeOnly Until)
{
    /// <summary>Whether that moment is in them.</summary>
    public bool Include(DateTimeOffset moment) => TimeOnly.FromDateTime(moment.UtcDateTime).IsBetween(From, Until);
}

/// <summary>Whether an acquirer can take a payment.</summary>
public static class Eligibility
{
    /// <summary>Why it cannot, or null where it can.</summary>
    public static string? Refusal(AcquirerProfile profile, PaymentFacts facts, IReadOnlyList<MonthVolume> volumes)
    {
        if (profile.Refuses(facts.Amount, facts.Brand) is { } refusal) return refusal;
        if (profile.IssuerCountries.Count > 0 && !Takes(profile.IssuerCountries, facts.IssuerCountry))
            return facts.IssuerCountry is { } country ? $"does not take cards issued in {country}" : "takes only cards whose country is known";
        if (Missing(profile, facts) is { } capability) return capability;
        if (profile.Closed is { } closed && closed.Include(facts.At)) return $"takes nothing from {closed.From} to {closed.Until} UTC";
        return IsFull(profile, volumes) ? $"has had its {profile.MostPaymentsPerMonth} payments of this month" : null;
    }

    static bool Takes(IReadOnlyList<string> countries, string? country)
    {
        for (var place = 0; place < countries.Count; place++)
            if (countries[place] == country) return true;
        return false;
    }

    static string? Missing(AcquirerProfile profile, PaymentFacts facts)
    {
        if (facts.Capture == CaptureMode.Manual && !profile.Can(Capability.ManualCapture)) return "cannot capture later";
        if (facts.Initiator == Initiator.Merchant && !profile.Can(Capability.MerchantInitiated)) return "takes no payment without the cardholder";
        if (facts.Amount.IsZero && !profile.Can(Capability.ZeroAmount)) return "cannot verify a card without an amount";
        return null;
    }

    /// <summary>Whether it has had fewer payments than its promise comes to by that moment of the month.</summary>
    public static bool IsBehind(AcquirerProfile profile, DateTimeOffset at, IReadOnlyList<MonthVolume> volumes)
    {
        if (profile.PromisedPaymentsPerMonth is not { } promised || Volume(profile.Name, volumes) is not { } taken) return false;
        var days = DateTime.DaysInMonth(at.UtcDateTime.Year, at.UtcDateTime.Month);
        var gone = at.UtcDateTime - new DateTime(at.UtcDateTime.Year, at.UtcDateTime.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        return taken < promised * (gone / TimeSpan.FromDays(days));
    }

    /// <summary>How many payments it has taken in the month, or null where they are not counted.</summary>
    public static long? Volume(AcquirerName name, IReadOnlyList<MonthVolume> volumes)
    {
        for (var place = 0; place < volumes.Count; place++)
            if (volumes[place].Acquirer == name) return volumes[place].Payments;
        return null;
    }

    static bool IsFull(AcquirerProfile profile, IReadOnlyList<MonthVolume> volumes) =>
        profile.MostPaymentsPerMonth is { } most && Volume(profile.Name, volumes) >= most;
}
