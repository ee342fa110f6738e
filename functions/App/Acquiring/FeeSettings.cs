using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Acquiring;

/// <summary>A fee under <c>Acquirers:{name}:fees</c>, and the payments it is for.</summary>
sealed class FeeLineSettings
{
    /// <summary>The share, in hundredths of a percent.</summary>
    public int BasisPoints { get; set; }

    /// <summary>What is charged beside the share, in minor units.</summary>
    public long FixedMinorUnits { get; set; }

    /// <summary>Cards of that scheme; none said means any.</summary>
    public CardBrand? Brand { get; set; }

    /// <summary>Cards of that country or region; none said means any.</summary>
    public string? Region { get; set; }

    /// <summary>Payments in that currency; none said means any.</summary>
    public string? Currency { get; set; }

    /// <summary>Cards of that kind; none said means any.</summary>
    public CardType? CardType { get; set; }

    /// <summary>The line.</summary>
    public FeeLine Line() => new(new Fee(BasisPoints, FixedMinorUnits))
    {
        Brand = Brand,
        Region = Region,
        Currency = Currency,
        CardType = CardType,
    };
}

/// <summary>
/// What an acquirer charges in detail: either <c>blended</c>, or the three parts of interchange++. Of each list the first
/// line that fits counts.
/// </summary>
sealed class FeeSettings
{
    /// <summary>One price for everything.</summary>
    public IReadOnlyList<FeeLineSettings> Blended { get; set; } = [];

    /// <summary>What issuers charge.</summary>
    public IReadOnlyList<FeeLineSettings> Interchange { get; set; } = [];

    /// <summary>What the schemes charge.</summary>
    public IReadOnlyList<FeeLineSettings> SchemeFees { get; set; } = [];

    /// <summary>What the acquirer adds.</summary>
    public IReadOnlyList<FeeLineSettings> Markup { get; set; } = [];

    /// <summary>The model.</summary>
    /// <exception cref="InvalidOperationException">It is both, or neither.</exception>
    public FeeModel Model(string path)
    {
        var isPlusPlus = Interchange.Count > 0 || SchemeFees.Count > 0 || Markup.Count > 0;
        if (isPlusPlus == Blended.Count > 0)
            throw new InvalidOperationException(
                $"{path}:fees needs either blended, or interchange, schemeFees and markup.");
        return isPlusPlus
            ? new FeeModel.InterchangePlusPlus(Lines(Interchange), Lines(SchemeFees), Lines(Markup))
            : new FeeModel.Blended(Lines(Blended));
    }

    static IReadOnlyList<FeeLine> Lines(IReadOnlyList<FeeLineSettings> lines) => [.. lines.Select(line => line.Line())];
}
