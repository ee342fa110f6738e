namespace Railyard.Core.Settlement;

/// <summary>
/// Columns of personal data, by how acquirers call them. None is read; a line that goes to quarantine is kept without them.
/// </summary>
static class PersonalColumns
{
    static readonly string[] Beginnings =
    [
        "customer_", "customer ", "shipping_", "shipping ", "billing_", "billing ", "shopper ", "payer ", "payment_metadata[",
        "consumer ", "cardholder",
    ];

    static readonly string[] Names = ["description", "metadata", "card_name", "email", "custom field"];

    static readonly string[] Allowed =
        ["customer_facing_amount", "customer_facing_currency", "customer_id", "shopper country", "shopper interaction", StripePayoutReconciliation.OwnPayment];

    /// <summary>Which columns of a header they are; null where it has none.</summary>
    public static bool[]? In(in CsvRecord header)
    {
        var found = new bool[header.Count];
        for (var i = 0; i < header.Count; i++) found[i] = IsPersonal(header.Text(i).Trim());
        return Array.IndexOf(found, true) < 0 ? null : found;
    }

    static bool IsPersonal(string name) =>
        !Allowed.Contains(name, StringComparer.OrdinalIgnoreCase)
        && (Names.Contains(name, StringComparer.OrdinalIgnoreCase)
            || Beginnings.Any(beginning => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)));
}
