namespace Railyard.Core.Merchants.Payouts;

/// <summary>Where a merchant's money goes.</summary>
/// <param name="Bic">The bank's; null where the IBAN is enough, as within SEPA.</param>
public sealed record MerchantAccount(string Name, Iban Iban, Bic? Bic);

/// <summary>On what terms a merchant is paid in one currency.</summary>
public sealed record PayoutTerms
{
    /// <summary>The currency of everything here.</summary>
    public required Currency Currency { get; init; }

    /// <summary>Where to.</summary>
    public required MerchantAccount Account { get; init; }

    /// <summary>When.</summary>
    public required PayoutSchedule Schedule { get; init; }

    /// <summary>Less what.</summary>
    public required MerchantFees Fees { get; init; }

    /// <summary>What is kept back.</summary>
    public ReserveTerms Reserve { get; init; } = new ReserveTerms.None();

    /// <summary>Less than this is not paid but carried, in minor units.</summary>
    public long MinimumPayout { get; init; }
}

/// <summary>A merchant's terms in all currencies, and whether anything is paid at all.</summary>
/// <param name="Hold">Why nothing is paid for the time being; null where it is.</param>
public sealed record MerchantTerms(IReadOnlyList<PayoutTerms> Currencies, string? Hold)
{
    /// <summary>The terms in a currency, or null.</summary>
    public PayoutTerms? In(Currency currency) => Currencies.FirstOrDefault(terms => terms.Currency == currency);
}
