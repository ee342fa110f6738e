using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Reconciliation;

/// <summary>What a store holds of a file that is run again and again, with other lines or the same.</summary>
sealed record Runs(Books Books, IReadOnlyList<Discrepancy> Found, IReadOnlyList<Match> Matches, IReadOnlyList<SettlementLine> Lines, int Run)
{
    public static Runs Before(Books books) => new(books, [], [], [], 0);

    public IEnumerable<Discrepancy> Open => Found.Where(found => found.State.IsOpen);

    /// <summary>The next run, written wholly or only so many of its expectations, and then once more.</summary>
    public Runs Then(IReadOnlyList<SettlementLine> lines, int? cutAfter = null)
    {
        if (cutAfter is { } written) return Written(Outcome(lines), written).Then(lines);
        var outcome = Outcome(lines);
        return Written(outcome, int.MaxValue) with { Matches = outcome.Matches, Lines = lines, Run = Run + 1 };
    }

    public ShardOutcome Outcome(IReadOnlyList<SettlementLine> lines) => Run == 0
        ? Books.Join(lines)
        : Rejoin.Join(Desk.LaterFile, lines, Books.Expectations, [.. Books.Open, .. Open], Earlier(lines));

    EarlierRun Earlier(IReadOnlyList<SettlementLine> lines) => new(
        Matches.Select(match => match.Expectation).ToHashSet(), Found, !Lines.SequenceEqual(lines));

    Runs Written(ShardOutcome outcome, int most)
    {
        var some = outcome with { Changed = [.. outcome.Changed.Take(most)] };
        var closings = most == int.MaxValue ? outcome.Closings.ToDictionary(closing => closing.Discrepancy) : [];
        var known = Found.Concat(outcome.Discrepancies).Concat(outcome.Missing).DistinctBy(one => one.Id).ToList();
        var restated = most == int.MaxValue && Run > 0
            ? Restatement.Of(known, outcome, new(Run + 1, "otto", A.Moment)).ToDictionary(one => one.Id)
            : [];
        return this with
        {
            Books = new(Books.After(some with { Discrepancies = [], Missing = [] }).Expectations, [.. Books.Open.Where(one => !closings.ContainsKey(one.Id))]),
            Found = [.. known.Select(one => closings.TryGetValue(one.Id, out var closing) ? one with { State = closing.State } : restated.GetValueOrDefault(one.Id, one))],
        };
    }
}
