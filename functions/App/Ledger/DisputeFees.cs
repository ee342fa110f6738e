using Microsoft.Extensions.Configuration;
using Railyard.Core;
using Railyard.Core.Payments;

namespace Railyard.App.Ledger;

/// <summary>
/// What a merchant pays when a dispute is opened: the setting <c>Ledger:disputeFees:{currency}</c> in minor units, and
/// nothing where there is none. It is asked when a dispute is posted first; what is posted stays.
/// </summary>
public sealed class DisputeFees(IConfiguration configuration)
{
    /// <summary>The fee of a merchant for a dispute in that currency, or null.</summary>
    internal Money? Of(MerchantId merchant, Currency currency)
    {
        _ = merchant;
        var setting = configuration[$"Ledger:disputeFees:{currency}"];
        if (setting is null) return null;
        return long.TryParse(setting, out var minorUnits) && minorUnits >= 0
            ? new Money(minorUnits, currency)
            : throw new InvalidOperationException($"Ledger:disputeFees:{currency} must be an amount in minor units.");
    }
}
