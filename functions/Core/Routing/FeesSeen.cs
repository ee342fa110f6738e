namespace Railyard.Core.Routing;

/// <summary>What an acquirer was expected to charge in a currency and what its settlement files had, the older the lighter.</summary>
/// <param name="Expected">In minor units.</param>
/// <param name="Charged">In minor units; below nothing where more was given back.</param>
/// <param name="Lines">How many lines it stands for.</param>
public sealed record FeesSeen(double Expected, double Charged, double Lines, DateTimeOffset AsOf)
{
    /// <summary>After this long, a line weighs half: price lists change by the month.</summary>
    public static readonly TimeSpan HalfLife = TimeSpan.FromDays(30);

    // So many lines weigh as much as what was agreed.
    const double LinesToBelieve = 20;

    // Beyond that it is no price but a mistake, which is reconciliation's to show.
    const double LeastFactor = 0.25;
    const double MostFactor = 4;

    /// <summary>What to multiply an expected cost by.</summary>
    public double Factor
    {
        get
        {
            if (Expected <= 0 || Lines <= 0) return 1;
            var seen = Math.Clamp(Charged / Expected, LeastFactor, MostFactor);
            return 1 + ((seen - 1) * Lines / (Lines + LinesToBelieve));
        }
    }

    /// <summary>Both in one, as of the later.</summary>
    public static FeesSeen Merge(FeesSeen left, FeesSeen right)
    {
        var at = left.AsOf > right.AsOf ? left.AsOf : right.AsOf;
        var (one, other) = (left.Remaining(at), right.Remaining(at));
        return new FeesSeen(
            (left.Expected * one) + (right.Expected * other),
            (left.Charged * one) + (right.Charged * other),
            (left.Lines * one) + (right.Lines * other),
            at);
    }

    double Remaining(DateTimeOffset at) => Math.Pow(0.5, (at - AsOf) / HalfLife);
}
