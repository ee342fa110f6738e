using CsCheck;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;
using static Railyard.Core.Tests.Reconciliation.Desk;

namespace Railyard.Core.Tests.Reconciliation;

public sealed class ShardJoinProperties
{
    // Few values, so that they meet: references, kinds and amounts collide in every way there is.
    static readonly Gen<string> Reference = Gen.Int[1, 3].Select(i => $"P{i}");
    static readonly Gen<string?> Modification = Gen.Int[0, 2].Select(i => i == 0 ? null : $"M{i}");
    static readonly Gen<LineKind> Kind = Gen.Int[0, 4].Select(i => i switch
    {
        0 or 1 => LineKind.Payment,
        2 => LineKind.Refund,
        3 => LineKind.Adjustment,
        _ => LineKind.Unknown,
    });

    static readonly Gen<SettlementLine[]> Lines =
        Gen.Select(Reference, Modification, Gen.Int[1, 3], Kind, Gen.Int[0, 1]).Array[0, 12].Select(drawn =>
            drawn.Select((one, i) => Line(i + 2, one.Item1, one.Item2, one.Item3, one.Item4, fee: one.Item5)).ToArray());

    static readonly Gen<Expectation[]> Expectations =
        Gen.Select(Reference, Modification, Gen.Int[1, 3], Gen.Bool, Gen.Int[0, 1], Gen.Int[0, 48]).Array[0, 12].Select(drawn =>
            drawn.Select((one, i) => Expected(
                    one.Item1, one.Item2, one.Item3, one.Item4 ? LineKind.Payment : LineKind.Refund, $"op_{i}",
                    one.Item5 == 0 ? null : one.Item5, one.Item6))
                .DistinctBy(expected => expected.Id).ToArray());

    [Fact]
    public void Every_line_ends_as_exactly_one_match_or_one_discrepancy() =>
        Gen.Select(Lines, Lines, Expectations).Sample((earlier, lines, expectations) =>
        {
            var books = Books.Empty.With(expectations);
            books = books.After(books.Join(earlier, EarlierFile));
            var outcome = books.Join(lines);

            var ends = outcome.Matches.Select(match => match.Line).Distinct()
                .Concat(outcome.Discrepancies.Select(found => found.Line!.Number)).Order();
            Assert.Equal(lines.Select(line => line.Number), ends);
        });

    [Fact]
    public void Every_expectation_ends_as_one_thing() =>
        Gen.Select(Lines, Expectations).Sample((lines, expectations) =>
        {
            var outcome = Join(lines, expectations);

            Assert.Distinct(outcome.Changed.Select(expected => expected.Id));
            Assert.Equal(expectations.Length, outcome.Changed.Count + outcome.Waiting);
            Assert.Equal(outcome.Missing.Count, outcome.Changed.Count(one => one.State is ExpectationState.Broken { Line: null }));
        });

    [Fact]
    public void A_match_is_never_off_by_a_cent() =>
        Gen.Select(Lines, Expectations).Sample((lines, expectations) =>
        {
            var outcome = Join(lines, expectations);

            var settled = outcome.Changed.Where(one => one.State is ExpectationState.Settled).ToDictionary(one => one.Id);
            var ofLines = outcome.Matches.GroupBy(match => match.Line).ToDictionary(parts => parts.Key, Sum);
            var ofExpectations = outcome.Matches.GroupBy(match => match.Expectation).ToDictionary(parts => parts.Key, Sum);
            Assert.All(ofLines, one => Assert.Equal(lines.Single(line => line.Number == one.Key).Gross!.Value.Amount.MinorUnits, one.Value));
            Assert.All(settled.Values, one => Assert.Equal(one.Amount.MinorUnits, ofExpectations[one.Id]));
        });

    static long Sum(IEnumerable<Match> parts) => parts.Sum(part => part.Amount.MinorUnits);

    [Fact]
    public void The_order_of_lines_and_expectations_does_not_matter() =>
        Gen.Select(Lines, Expectations, Gen.Int[0, 1000]).Sample((lines, expectations, seed) =>
        {
            var outcome = Join(lines, expectations);
            var shuffled = Join(Shuffled(lines, seed), Shuffled(expectations, seed));

            AssertSame(outcome, shuffled);
        });

    [Fact]
    public void Shards_on_their_own_come_to_the_same_as_all_at_once() =>
        Gen.Select(Lines, Expectations).Sample((lines, expectations) =>
        {
            var whole = Join(lines, expectations).Counts;
            var sum = new[] { "P1", "P2", "P3" }
                .Select(shard => Join(
                    lines.Where(line => line.AcquirerReference == shard),
                    expectations.Where(expected => expected.AcquirerReference == shard)).Counts)
                .Aggregate(ShardCounts.None, (left, right) => left + right);

            Assert.Equal(whole, sum);
        });

    [Fact]
    public void Running_it_again_changes_nothing() =>
        Gen.Select(Lines, Lines, Expectations, Expectations).Sample((earlier, lines, expectations, late) =>
        {
            var books = Books.Empty.With(expectations);
            books = books.After(books.Join(earlier, EarlierFile));
            books = books.With([.. late.ExceptBy(expectations.Select(one => one.Id), one => one.Id)]);
            var first = books.Join(lines);
            var after = books.After(first);
            var second = after.Join(lines);

            Assert.Empty(second.Changed);
            Assert.Empty(second.Closings);
            Assert.Empty(second.Recorded);
            Assert.Equal(first.Matches, second.Matches);
            Assert.Equal(Shown(first), Shown(second));
            Assert.Equal(Ids(first.Missing), Ids(second.Missing));
            Assert.Equal(Ids(after.Open).Order(), Ids(after.After(second).Open).Order());
        });

    [Fact]
    public void A_run_that_wrote_only_some_of_its_expectations_is_completed_by_the_next() =>
        Gen.Select(Lines, Lines, Expectations, Gen.Int[0, 12]).Sample((earlier, lines, expectations, written) =>
        {
            var books = Books.Empty.With(expectations);
            books = books.After(books.Join(earlier, EarlierFile));
            var whole = books.Join(lines);
            var half = books.After(whole with { Changed = [.. whole.Changed.Take(written)], Closings = [] });
            var completed = half.Join(lines);

            Assert.Equal(whole.Matches, completed.Matches);
            Assert.Equal(Ids(whole.Discrepancies), Ids(completed.Discrepancies));
            Assert.Equal(
                States(books.After(whole).Expectations), States(half.After(completed).Expectations));
            Assert.Equal(Ids(books.After(whole).Open).Order(), Ids(half.After(completed).Open).Order());
        });

    static IEnumerable<string> Shown(ShardOutcome outcome) =>
        outcome.Discrepancies.Select(found => $"{found.Id} {found.Kind} of {found.Line!.Number}");

    static IEnumerable<string> Ids(IEnumerable<Discrepancy> found) => found.Select(one => one.Id.Value);

    static IEnumerable<(ExpectationId, ExpectationState)> States(IEnumerable<Expectation> expectations) =>
        expectations.Select(one => (one.Id, one.State));

    static T[] Shuffled<T>(T[] items, int seed)
    {
        var shuffled = items.ToArray();
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            var j = (seed * 31 + i * 17) % (i + 1);
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }
        return shuffled;
    }

    static void AssertSame(ShardOutcome left, ShardOutcome right)
    {
        Assert.Equal(left.Matches, right.Matches);
        Assert.Equal(Ids(left.Discrepancies), Ids(right.Discrepancies));
        Assert.Equal(Ids(left.Missing), Ids(right.Missing));
        Assert.Equal(left.Changed.Select(one => (one.Id, one.State)).Order(ById), right.Changed.Select(one => (one.Id, one.State)).Order(ById));
    }

    static readonly Comparer<(ExpectationId Id, ExpectationState)> ById =
        Comparer<(ExpectationId Id, ExpectationState)>.Create((left, right) => string.CompareOrdinal(left.Id.Value, right.Id.Value));
}
