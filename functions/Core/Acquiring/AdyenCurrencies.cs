using System.Collections.Frozen;

namespace Railyard.Core.Acquiring;

/// <summary>
/// The currencies that Adyen counts in another minor unit than ISO 4217 (docs.adyen.com, "Currency codes and minor
/// units"). An amount in one of them would be taken for another amount, so it is not sent there as it is.
/// </summary>
public static class AdyenCurrencies
{
    static readonly FrozenSet<string> Deviating = FrozenSet.Create("CLP", "CVE", "IDR", "ISK");

    /// <summary>The codes of the currencies whose minor unit is the same on both sides.</summary>
    public static IReadOnlyList<string> Taken { get; } =
        [.. Currency.All.Select(currency => currency.Code).Where(code => !Deviating.Contains(code))];
}
