using CsCheck;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;
using static Railyard.Core.Tests.Reconciliation.Desk;

namespace Railyard.Core.Tests.Reconciliation;

/// <summary>
/// Every join of these tests is made packed and as it is, and must come to the same (<see cref="Desk"/>). These are the states
/// in which an exact pair would be wrong though line and expectation agree.
/// </summary>
public sealed class PackedJoinProperties
{
    const int Cases = 1_000;

    static readonly FileFacts ThirdFile = LaterFile with { Id = new("fil_c") };

    // Mostly exact, so that pairs are made; what asks about them comes under their reference or their payment.
    static readonly Gen<SettlementLine[]> Lines =
        Gen.Select(Gen.Int[1, 5], Gen.Int[0, 3], Gen.Int[1, 6], Gen.Int[0, 7], Gen.Int[0, 9]).Array[0, 10].Select(drawn =>
            drawn.Select((one, i) => Line(
                i + 2, $"P{one.Item1}", one.Item2 == 0 ? null : $"M{one.Item2}", one.Item3 == 1 ? 2 : 1,
                one.Item5 switch { 0 => LineKind.Refund, 1 => LineKind.Chargeback, _ => LineKind.Payment })
                with { MerchantReference = one.Item4 is 0 or > 5 ? null : $"pay_P{one.Item4}.op_{one.Item5}" }).ToArray());

    static readonly Gen<Expectation[]> Expectations =
        Gen.Select(Gen.Int[1, 5], Gen.Int[0, 3], Gen.Int[0, 9], Gen.Int[0, 1]).Array[0, 10].Select(drawn =>
            drawn.Select((one, i) => Expected(
                    $"P{one.Item1}", one.Item2 == 0 ? null : $"M{one.Item2}", 1,
                    one.Item3 == 0 ? LineKind.Refund : LineKind.Payment, $"op_{i}", null, 48 * one.Item4))
                .DistinctBy(expected => expected.Id).ToArray());

    [Fact]
    public void Packed_and_as_they_are_lines_come_to_the_same_whatever_was_written_before() =>
        Gen.Select(Lines, Lines, Expectations, Expectations, Expectations, Gen.Int[0, 6]).Sample(
            (earlier, lines, expectations, late, later, written) =>
            {
                var books = With(Books.Empty, expectations);
                books = With(CutShort(books, books.Join(earlier, EarlierFile), written), late);
                books = With(CutShort(books, books.Join(lines), written), later);

                books.Join(lines);
                books.After(books.Join(lines)).Join(earlier, ThirdFile);
            },
            iter: Cases);

    [Fact]
    public void A_line_that_has_met_something_else_before_is_not_paired_anew()
    {
        var line = Line(2, "P2", "M1", 1) with { MerchantReference = "pay_P1.op_1" };
        var books = Books.Empty.With(Expected("P1", "M2", 1, operation: "op_1", overdueAfterHours: 48));
        books = CutShort(books, books.Join([line]), 1);
        Assert.IsType<ExpectationState.Settled>(books.Expectations[0].State);

        var again = books.With(Expected("P2", "M1", 1, operation: "op_2")).Join([line]);

        Assert.Equal(books.Expectations[0].Id, Assert.Single(again.Matches).Expectation);
    }

    [Fact]
    public void What_is_expected_is_found_under_its_whole_name_only()
    {
        var table = ExpectationTable.Of([.. Enumerable.Range(0, 1_000).Select(i => Expected($"P{i % 50}", $"M{i}", i + 1, operation: $"op_{i}"))]);
        var lines = new PackedLines();
        for (var i = 0; i < 1_000; i++) lines.Add(Line(i + 2, $"P{i % 50}", $"M{i}", i + 1));
        for (var i = 0; i < 1_000; i++) lines.Add(Line(i + 2_000, $"P{i % 50 + 1}", $"M{i}", i + 1));

        var outcome = PackedJoin.Join(LaterFile, lines, table, []);

        Assert.Equal((1_000, 1_000, 0), (outcome.Counts.Matched, outcome.Counts.Discrepancies, outcome.Counts.Missing));
    }

    static Books With(Books books, Expectation[] recorded) =>
        books.With([.. recorded.ExceptBy(books.Expectations.Select(one => one.Id), one => one.Id)]);

    // Discrepancies are written first, and then the expectations: a crash comes between any two of them.
    static Books CutShort(Books books, ShardOutcome outcome, int written) => books.After(
        outcome with { Changed = [.. outcome.Changed.Take(written)], Recorded = [.. outcome.Recorded.Take(written)], Closings = [] });
}
