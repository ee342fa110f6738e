namespace Railyard.Core.Reconciliation;

/// <summary>
/// Which of some amounts add up to another. Amounts that are the same are the same: the first of them stand for all. Every
/// search ends after a bounded number of steps; what could not be searched to its end has not been found.
/// </summary>
sealed class SubsetSum(IReadOnlyList<Int128> amounts, Int128 target, Int128 tolerance)
{
    /// <summary>More amounts are not searched.</summary>
    public const int MostAmounts = 40;

    /// <summary>Steps of one search.</summary>
    public const int MostSteps = 20_000;

    readonly List<int> chosen = [];
    IReadOnlyList<int>? found;
    int solutions;
    int steps;

    /// <summary>How a search ended.</summary>
    public enum Ending { None, One, Several, GivenUp }

    /// <summary>
    /// The places of the amounts that add up, of which there must be at least <paramref name="least"/>; none where there is no
    /// way, or more than one.
    /// </summary>
    /// <param name="amounts">In falling order, each above zero.</param>
    public static (Ending Ending, IReadOnlyList<int> Places) Find(IReadOnlyList<Int128> amounts, Int128 target, Int128 tolerance, int least)
    {
        if (amounts.Count < least || target <= 0) return (Ending.None, []);
        if (amounts.Count > MostAmounts) return (Ending.GivenUp, []);
        var search = new SubsetSum(amounts, target, tolerance);
        search.From(0, 0, least);
        return search.solutions switch
        {
            > 1 => (Ending.Several, []),
            _ when search.steps > MostSteps => (Ending.GivenUp, []),
            1 => (Ending.One, search.found!),
            _ => (Ending.None, []),
        };
    }

    void From(int place, Int128 sum, int least)
    {
        if (solutions > 1 || ++steps > MostSteps) return;
        if (chosen.Count >= least && Int128.Abs(target - sum) <= tolerance)
        {
            solutions++;
            found ??= [.. chosen];
        }
        for (var next = place; next < amounts.Count; next++)
        {
            // Of the same amounts those that come first are taken, so that no way is counted twice.
            if (next > place && amounts[next] == amounts[next - 1]) continue;
            if (sum + amounts[next] > target + tolerance) continue;
            chosen.Add(next);
            From(next + 1, sum + amounts[next], least);
            chosen.RemoveAt(chosen.Count - 1);
        }
    }
}
