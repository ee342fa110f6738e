using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>
/// Lines and expectations under one full name that are equal to the last minor unit. That is nearly all of a file, in one
/// look-up each.
/// </summary>
sealed class ExactPairs
{
    const int None = ExpectationTable.None;

    readonly PackedLines lines;
    readonly ExpectationTable expected;

    // For each line the index of its expectation, and for each expectation that of its line.
    readonly int[] expectedOf;
    readonly int[] lineOf;

    ExactPairs(PackedLines lines, ExpectationTable expected)
    {
        (this.lines, this.expected) = (lines, expected);
        expectedOf = new int[lines.Count];
        lineOf = new int[expected.Count];
        Array.Fill(lineOf, None);
    }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Finds them. Where a second line has the same name, it is left, and asks about the first: see <see cref="Part"/>.
    /// </summary>
    public static ExactPairs Of(PackedLines lines, ExpectationTable expected)
    {
        var pairs = new ExactPairs(lines, expected);
        for (var first = 0; first < lines.Count; first += ExpectationTable.MostAtOnce)
        {
            var count = Math.Min(ExpectationTable.MostAtOnce, lines.Count - first);
            expected.Find(lines, first, pairs.expectedOf.AsSpan(first, count));
            for (var line = first; line < first + count; line++) pairs.Confirm(line);
        }
        return pairs;
    }

    /// <summary>All of them in the order of the lines.</summary>
    public IEnumerable<(int Line, int Expectation)> All()
    {
        for (var line = 0; line < expectedOf.Length; line++)
            if (expectedOf[line] != None) yield return (line, expectedOf[line]);
    }

    /// <summary>What the expectations in pairs come to, taken in their own order.</summary>
    public IReadOnlyList<JoinedValues> Values()
    {
        var sums = new JoinSums();
        for (var index = 0; index < lineOf.Length; index++)
            if (lineOf[index] != None) expected.AddTo(sums, index);
        return sums.ToValues();
    }

    /// <summary>The lines that are in no pair.</summary>
    public List<SettlementLine> LinesLeft()
    {
        var left = new List<SettlementLine>(lines.Count - Count);
        for (var line = 0; line < expectedOf.Length; line++)
            if (expectedOf[line] == None) left.Add(lines.Line(line));
        return left;
    }

    /// <summary>The expectations that are in no pair.</summary>
    public List<Expectation> ExpectationsLeft()
    {
        var left = new List<Expectation>(expected.Count - Count);
        for (var index = 0; index < lineOf.Length; index++)
            if (lineOf[index] == None) left.Add(expected[index]);
        return left;
    }

    /// <summary>Parts what is asked about, for whoever answers is to see it; false where nothing is.</summary>
    public bool Part(Questions questions)
    {
        if (questions.AreNone) return false;
        var before = Count;
        foreach (var (line, index) in All())
            if (questions.AreAbout(lines[line]) || questions.NameExpectations && questions.AreAbout(expected[index]))
                (expectedOf[line], lineOf[index], Count) = (None, None, Count - 1);
        return Count < before;
    }

    void Confirm(int line)
    {
        var index = expectedOf[line];
        if (index == None) return;
        if (lineOf[index] == None && expected.IsExactly(index, lines[line])) (lineOf[index], Count) = (line, Count + 1);
        else expectedOf[line] = None;
    }
}
