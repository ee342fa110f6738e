using System.Diagnostics;

namespace Railyard.Core.Merchants.Payouts;

/// <summary>What is kept back of a merchant's sales against chargebacks to come.</summary>
public abstract record ReserveTerms
{
    /// <summary>The longest that a rolling reserve is held.</summary>
    public const int MostDays = 540;

    /// <summary>Nothing.</summary>
    public sealed record None : ReserveTerms;

    /// <summary>A share of each payout's sales, given back after so many days.</summary>
    public sealed record Rolling(int BasisPoints, int Days) : ReserveTerms;

    /// <summary>A share of each payout's sales until so much is held, in minor units; it stays.</summary>
    public sealed record Fixed(int BasisPoints, long Cap) : ReserveTerms;

    ReserveTerms() { }
}

/// <summary>What one payout put into the rolling reserve, and the day on which it comes back.</summary>
public sealed record ReserveTranche(Money Amount, DateOnly HeldOn, DateOnly ReleasedOn);

/// <summary>What is held of a merchant, in one currency.</summary>
public sealed record Reserve(IReadOnlyList<ReserveTranche> Tranches, Money Fixed)
{
    /// <summary>Nothing is held yet.</summary>
    public static Reserve Empty(Currency currency) => new([], Money.Zero(currency));

    /// <summary>All that is held.</summary>
    public Money Held => Tranches.Aggregate(Fixed, (sum, tranche) => sum + tranche.Amount);

    /// <summary>
    /// What comes back on that day, and what is held then: tranches whose day has come, and what the fixed reserve has above
    /// its cap, which is nothing where there is none.
    /// </summary>
    public (Reserve Left, Money Released) Release(ReserveTerms terms, DateOnly day)
    {
        var due = Tranches.Where(tranche => tranche.ReleasedOn <= day).ToList();
        var cap = new Money(terms is ReserveTerms.Fixed fixedTerms ? fixedTerms.Cap : 0, Fixed.Currency);
        var surplus = Fixed > cap ? Fixed - cap : Money.Zero(Fixed.Currency);
        var released = due.Aggregate(surplus, (sum, tranche) => sum + tranche.Amount);
        return (new Reserve([.. Tranches.Except(due)], Fixed - surplus), released);
    }

    /// <summary>
    /// What is kept back of so many sales on that day, and what is held then. Shares are rounded half up to the minor unit;
    /// never is more kept than is there to be paid.
    /// </summary>
    public (Reserve Left, Money Held) Hold(ReserveTerms terms, Money sales, Money available, DateOnly day) => terms switch
    {
        ReserveTerms.None => (this, Money.Zero(Fixed.Currency)),
        ReserveTerms.Rolling rolling => HoldRolling(rolling, Least(BasisPoints.Of(rolling.BasisPoints, sales), available), day),
        ReserveTerms.Fixed kept => HoldFixed(Least(Least(BasisPoints.Of(kept.BasisPoints, sales), available), Room(kept))),
        _ => throw new UnreachableException(),
    };

    (Reserve Left, Money Held) HoldRolling(ReserveTerms.Rolling terms, Money held, DateOnly day) => held.IsZero
        ? (this, held)
        : (this with { Tranches = [.. Tranches, new ReserveTranche(held, day, day.AddDays(terms.Days))] }, held);

    (Reserve Left, Money Held) HoldFixed(Money held) => (this with { Fixed = Fixed + held }, held);

    Money Room(ReserveTerms.Fixed terms) =>
        terms.Cap > Fixed.MinorUnits ? new Money(terms.Cap, Fixed.Currency) - Fixed : Money.Zero(Fixed.Currency);

    static Money Least(Money left, Money right) => left < right ? left : right;
}
