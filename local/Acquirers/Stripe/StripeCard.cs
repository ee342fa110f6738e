using System.Globalization;

namespace Railyard.Local.Acquirers.Stripe;

/// <summary>The raw card of a call. Its text form says nothing of it.</summary>
sealed record StripeCard(string? Number, string? ExpMonth, string? ExpYear, string? Cvc)
{
    const string Prefix = "payment_method_data[card]";

    public override string ToString() => nameof(StripeCard);

    public static StripeCard Of(StripeForm form) =>
        new(form[$"{Prefix}[number]"], form[$"{Prefix}[exp_month]"], form[$"{Prefix}[exp_year]"], form[$"{Prefix}[cvc]"]);

    public StripeError? Fault()
    {
        if (Number is null) return StripeError.Missing($"{Prefix}[number]");
        if (!CardNumber.IsValid(Number)) return StripeError.Card("incorrect_number", "Your card number is incorrect.");
        if (LastDay() is null) return StripeError.Card("invalid_expiry_year", "Your card's expiration year is invalid.");
        if (Cvc is not (null or { Length: 3 or 4 }) || Cvc?.All(char.IsAsciiDigit) == false)
            return StripeError.Card("invalid_cvc", "Your card's security code is invalid.");
        return null;
    }

    public bool HasExpired(DateTimeOffset now) => LastDay() < DateOnly.FromDateTime(now.UtcDateTime);

    DateOnly? LastDay()
    {
        if (!int.TryParse(ExpMonth, NumberStyles.None, CultureInfo.InvariantCulture, out var month)) return null;
        if (!int.TryParse(ExpYear, NumberStyles.None, CultureInfo.InvariantCulture, out var year)) return null;
        if (month is < 1 or > 12 || year is < 2000 or > 2099) return null;
        return new DateOnly(year, month, DateTime.DaysInMonth(year, month));
    }
}
