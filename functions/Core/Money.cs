namespace Railyard.Core;

/// <summary>
/// An amount, never negative, in the minor unit of its currency. Which way it goes is said beside it (debit or
/// credit), not by a sign. Arithmetic is checked: an overflow throws.
/// </summary>
public readonly record struct Money : IComparable<Money>
{
    /// <summary>An amount of zero or more.</summary>
    /// <exception cref="InvariantBroken">It is negative: whoever read it from outside must have refused it.</exception>
    public Money(long minorUnits, Currency currency)
    {
        if (minorUnits < 0) throw new InvariantBroken($"An amount cannot be negative: {minorUnits} {currency}.");
        MinorUnits = minorUnits;
        Currency = currency;
    }

    /// <summary>Cents, pence, yen or fils: zero or more.</summary>
    public long MinorUnits { get; }

    /// <summary>The currency whose minor units are counted.</summary>
    public Currency Currency { get; }

    /// <summary>Nothing, in that currency.</summary>
    public static Money Zero(Currency currency) => new(0, currency);

    /// <summary>Whether there is nothing.</summary>
    public bool IsZero => MinorUnits == 0;

    public static Money operator +(Money left, Money right) =>
        new(left.MinorUnits + right.MinorUnits, Shared(left.Currency, right.Currency));

    /// <exception cref="InvariantBroken">The right side is the larger: ask before subtracting.</exception>
    public static Money operator -(Money left, Money right) =>
        new(left.MinorUnits - right.MinorUnits, Shared(left.Currency, right.Currency));

    public static bool operator >(Money left, Money right) => left.CompareTo(right) > 0;

    public static bool operator <(Money left, Money right) => left.CompareTo(right) < 0;

    public static bool operator >=(Money left, Money right) => left.CompareTo(right) >= 0;

    public static bool operator <=(Money left, Money right) => left.CompareTo(right) <= 0;

    /// <inheritdoc/>
    public int CompareTo(Money other)
    {
        _ = Shared(Currency, other.Currency);
        return MinorUnits.CompareTo(other.MinorUnits);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{MinorUnits} {Currency}";

    internal static Currency Shared(Currency left, Currency right) =>
        left == right ? left : throw new InvariantBroken($"{left} and {right} cannot be mixed.");
}

/// <summary>What a sum of credits less a sum of debits comes to, in minor units; negative where debits prevail.</summary>
public readonly record struct Balance(long MinorUnits, Currency Currency)
{
    /// <summary>A balance of nothing.</summary>
    public static Balance Zero(Currency currency) => new(0, currency);

    /// <summary>The balance after that much more is credited.</summary>
    public Balance Credit(Money amount) =>
        this with { MinorUnits = MinorUnits + amount.MinorUnits, Currency = Money.Shared(Currency, amount.Currency) };

    /// <summary>The balance after that much more is debited.</summary>
    public Balance Debit(Money amount) =>
        this with { MinorUnits = MinorUnits - amount.MinorUnits, Currency = Money.Shared(Currency, amount.Currency) };

    public static Balance operator +(Balance left, Balance right) =>
        new(left.MinorUnits + right.MinorUnits, Money.Shared(left.Currency, right.Currency));

    public static Balance operator -(Balance left, Balance right) =>
        new(left.MinorUnits - right.MinorUnits, Money.Shared(left.Currency, right.Currency));

    /// <inheritdoc/>
    public override string ToString() => $"{MinorUnits} {Currency}";
}
