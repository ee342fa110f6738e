using CsCheck;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;
using static Railyard.Core.Tests.Reconciliation.Desk;

namespace Railyard.Core.Tests.Reconciliation;

public sealed class RejoinProperties
{
    static readonly Gen<string> Reference = Gen.Int[1, 3].Select(i => $"P{i}");
    static readonly Gen<string?> Modification = Gen.Int[0, 2].Select(i => i == 0 ? null : $"M{i}");
    static readonly Gen<LineKind> Kind = Gen.Int[0, 6].Select(i => i switch
    {
        0 or 1 or 2 => LineKind.Payment,
        3 or 4 => LineKind.Refund,
        5 => LineKind.Chargeback,
        _ => LineKind.Unknown,
    });

    static readonly Gen<SettlementLine[]> Lines =
        Gen.Select(Reference, Modification, Gen.Int[1, 3], Kind, Gen.Int[0, 1], Gen.Int[1, 10]).Array[0, 10].Select(drawn =>
            drawn.Select((one, i) => Line(i + one.Item6, one.Item1, one.Item2, one.Item3, one.Item4, fee: one.Item5))
                .DistinctBy(line => line.Number).ToArray());

    static readonly Gen<Expectation[]> Expectations =
        Gen.Select(Reference, Modification, Gen.Int[1, 3], Gen.Bool, Gen.Int[0, 1], Gen.Int[0, 48]).Array[0, 12].Select(drawn =>
            drawn.Select((one, i) => Expected(
                    one.Item1, one.Item2, one.Item3, one.Item4 ? LineKind.Payment : LineKind.Refund, $"op_{i}",
                    one.Item5 == 0 ? null : one.Item5, one.Item6))
                .DistinctBy(expected => expected.Id).ToArray());

    [Fact]
    public void Other_lines_come_to_what_they_had_come_to_at_first() =>
        Gen.Select(Lines, Lines.Array[1, 3], Lines, Expectations).Sample((elsewhere, before, lines, expectations) =>
        {
            var books = After(elsewhere, expectations);
            var runs = before.Aggregate(Runs.Before(books), (runs, some) => runs.Then(some));

            AssertSame(Runs.Before(books).Then(lines), runs.Then(lines));
        });

    [Fact]
    public void Other_lines_whose_join_is_cut_short_come_to_the_same() =>
        Gen.Select(Lines, Lines, Expectations, Gen.Int[0, 10]).Sample((before, lines, expectations, written) =>
        {
            var runs = Runs.Before(Books.Empty.With(expectations)).Then(before);

            AssertSame(runs.Then(lines), runs.Then(lines, cutAfter: written));
        });

    [Fact]
    public void Run_again_and_again_with_the_same_lines_nothing_becomes_of_them() =>
        Gen.Select(Lines, Lines, Lines, Expectations).Sample((elsewhere, before, lines, expectations) =>
        {
            var books = Books.Empty.With(expectations);
            var runs = Runs.Before(books.After(books.Join(elsewhere, EarlierFile))).Then(before).Then(lines);
            var again = runs.Outcome(lines);
            var tenth = Enumerable.Range(0, 3).Aggregate(runs, (some, _) => some.Then(lines));

            Assert.Empty(again.Changed);
            Assert.Empty(again.Recorded);
            Assert.Empty(again.Closings);
            Assert.Equal(Shown(runs.Found), Shown(tenth.Found));
            AssertSame(runs, tenth);
        });

    // What waits of another file, or was missing in it, may be explained by an earlier run, and that is told for good.
    static Books After(SettlementLine[] elsewhere, Expectation[] expectations)
    {
        var books = Books.Empty.With(expectations);
        return books.After(books.Join(elsewhere, EarlierFile with { ClosedAt = null })) with { Open = [] };
    }

    static void AssertSame(Runs left, Runs right)
    {
        Assert.Equal(left.Matches, right.Matches);
        Assert.Equal(States(left), States(right));
        Assert.Equal(Ids(left.Open), Ids(right.Open));
    }

    // A chargeback of which no line tells is as good as never recorded.
    static IEnumerable<string> States(Runs runs) => runs.Books.Expectations
        .Where(one => one.State is not ExpectationState.Withdrawn)
        .Select(one => $"{one.Id} {one.ModificationReference} {one.Amount} {one.State}").Order();

    static IEnumerable<string> Ids(IEnumerable<Discrepancy> found) => found.Select(one => $"{one.Kind} {one.Id} {one.Amount}").Order();

    static IEnumerable<string> Shown(IEnumerable<Discrepancy> found) => found.Select(one => $"{one.Id} {one.State} {one.History.Count}").Order();
}
