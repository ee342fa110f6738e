using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>How the outcome of an authorisation that nobody answered is settled at an acquirer.</summary>
public enum FindOutBy
{
    /// <summary>The same call under the same key tells what became of the first.</summary>
    AskingAgain,

    /// <summary>It cannot be asked: the attempt is reversed until that is acknowledged.</summary>
    Reversing,
}

/// <summary>What an acquirer takes, as data.</summary>
public sealed record AcquirerProfile
{
    /// <summary>Its name.</summary>
    public required AcquirerName Name { get; init; }

    /// <summary>The schemes it takes.</summary>
    public required IReadOnlyList<CardBrand> Brands { get; init; }

    /// <summary>The currencies it takes; none listed means all.</summary>
    public IReadOnlyList<string> Currencies { get; init; } = [];

    /// <summary>
    /// The currencies that it counts more coarsely than ISO 4217: of them it takes only amounts that are a multiple of this
    /// many minor units.
    /// </summary>
    public IReadOnlyDictionary<string, int> Multiples { get; init; } = new Dictionary<string, int>();

    /// <summary>The countries whose cards it takes (ISO 3166-1 alpha-2); none listed means all.</summary>
    public IReadOnlyList<string> IssuerCountries { get; init; } = [];

    /// <summary>The amounts it takes by currency; any where nothing is said.</summary>
    public IReadOnlyDictionary<string, AmountLimits> Amounts { get; init; } = new Dictionary<string, AmountLimits>();

    /// <summary>What it can; everything, where nothing is said.</summary>
    public IReadOnlyList<Capability> Capabilities { get; init; } = Enum.GetValues<Capability>();

    /// <summary>The hours in which it takes nothing; null for none.</summary>
    public ClosedHours? Closed { get; init; }

    /// <summary>How many payments it takes in a month at most; null for any number.</summary>
    public long? MostPaymentsPerMonth { get; init; }

    /// <summary>How many payments we have promised to send it in a month; null for none.</summary>
    public long? PromisedPaymentsPerMonth { get; init; }

    /// <summary>Whether its payments of the month are counted: where something depends on how many they are.</summary>
    public bool IsMetered => MostPaymentsPerMonth is not null || PromisedPaymentsPerMonth is not null;

    /// <summary>What it charges for a captured payment.</summary>
    public required Fee Fee { get; init; }

    /// <summary>What it charges in detail, for the choice between acquirers; null where there is one fee for everything.</summary>
    public FeeModel? Fees { get; init; }

    /// <summary>How an unknown outcome is settled there.</summary>
    public FindOutBy FindsOutBy { get; init; }

    /// <summary>Whether its captures, refunds and voids must name the card again.</summary>
    public bool OperationsNameTheCard { get; init; }

    /// <summary>Whether an amount of zero verifies a card there.</summary>
    public bool VerifiesCards { get; init; } = true;

    /// <summary>Whether what a capture leaves can be captured later; where not, it is let go.</summary>
    public bool CapturesInParts { get; init; } = true;

    /// <summary>The parameter of our address in which a cardholder brings back what <c>CompleteAsync</c> is to be told.</summary>
    public string ReturnParameter { get; init; } = "redirectResult";

    /// <summary>Why it cannot take that payment, or null where it can.</summary>
    public string? Refuses(Money amount, CardBrand brand)
    {
        if (!Brands.Contains(brand)) return $"does not take {brand}";
        if (Currencies.Count > 0 && !Currencies.Contains(amount.Currency.Code)) return $"does not take {amount.Currency}";
        if (Multiples.TryGetValue(amount.Currency.Code, out var multiple) && amount.MinorUnits % multiple != 0)
            return $"counts {amount.Currency} in units of {multiple}";
        if (amount.IsZero && !VerifiesCards) return "does not verify cards";
        if (Amounts.TryGetValue(amount.Currency.Code, out var limits) && (amount.MinorUnits < limits.Least || amount.MinorUnits > limits.Most))
            return $"takes {limits.Least} to {limits.Most} {amount.Currency} only";
        return null;
    }

    /// <summary>What that payment costs there; null where it is not known, and nothing at all is no price.</summary>
    public Money? CostOf(PaymentFacts facts) => Fees is not null ? Fees.Of(facts) : Fee.IsNothing ? null : Fee.Of(facts.Amount);

    /// <summary>Whether it can do that.</summary>
    public bool Can(Capability capability) => Capabilities.Contains(capability);
}

/// <summary>A blended fee: a share of the amount and a fixed part in the minor unit of its currency.</summary>
/// <param name="BasisPoints">Hundredths of a percent.</param>
/// <param name="FixedMinorUnits">Added once to each payment.</param>
public sealed record Fee(int BasisPoints, long FixedMinorUnits)
{
    const long BasisPointsInOne = 10_000;

    /// <summary>Whether nothing is charged.</summary>
    public bool IsNothing => BasisPoints == 0 && FixedMinorUnits == 0;

    /// <summary>The fee of an amount. The share is rounded half up to the minor unit, then the fixed part is added.</summary>
    public Money Of(Money amount) => new(
        ((amount.MinorUnits * BasisPoints) + (BasisPointsInOne / 2)) / BasisPointsInOne + FixedMinorUnits,
        amount.Currency);
}
