namespace Railyard.Local.Acquirers.Settlement;

enum LineKind
{
    Settled,
    Refunded,
}

/// <summary>One captured or refunded amount on its way into a settlement report.</summary>
sealed record BatchLine
{
    public required LineKind Kind { get; init; }
    public required string Psp { get; init; }
    public required string Reference { get; init; }
    public required string Brand { get; init; }
    public required string ModificationPsp { get; init; }
    public string? ModificationReference { get; init; }
    public required string Currency { get; init; }
    public required long Gross { get; init; }
    public required long Commission { get; init; }
    public required DateTimeOffset BookedAt { get; init; }

    /// <summary>What the payment was authorised for.</summary>
    public long Authorised { get; init; }

    /// <summary>The intent that the payment is the charge of, where there is one.</summary>
    public string? Intent { get; init; }

    /// <summary>Whether what a capture left could be captured later.</summary>
    public bool IsCapturedInParts { get; init; }

    /// <summary>What the merchant gets, negative where the merchant owes.</summary>
    public long Net => Kind switch
    {
        LineKind.Settled => Gross - Commission,
        LineKind.Refunded => -Gross - Commission,
    };
}

/// <summary>Something scripted to be wrong with a batch.</summary>
enum DiscrepancyKind
{
    WrongAmount,
    Missing,
    Extra,
}

/// <summary>What was made wrong, and with which payment.</summary>
sealed record ScriptedDiscrepancy(string Kind, string PspReference, string ModificationReference);

/// <summary>A negative remainder that a batch hands to the next one of its currency.</summary>
sealed record CarriedBalance(string Currency, long Amount, int FromBatch);

/// <summary>What a batch pays out in one currency; where it is negative, what it collects.</summary>
sealed record PaidOut(string Currency, long Amount, string Reference);

/// <summary>A settlement report, ready to be delivered.</summary>
sealed record Report(
    string FileName, string Text, int Lines, IReadOnlyList<CarriedBalance> CarriedOn, IReadOnlyList<PaidOut> PaidOut);

static class Discrepancies
{
    public static string Word(this DiscrepancyKind kind) => kind switch
    {
        DiscrepancyKind.WrongAmount => "wrong_amount",
        DiscrepancyKind.Missing => "missing",
        DiscrepancyKind.Extra => "extra",
    };

    public static DiscrepancyKind? Parse(string word) =>
        Enum.GetValues<DiscrepancyKind>().Cast<DiscrepancyKind?>()
            .FirstOrDefault(kind => kind!.Value.Word() == word);
}
