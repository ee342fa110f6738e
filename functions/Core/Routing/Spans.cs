namespace Railyard.Core.Routing;

/// <summary>A set of whole numbers as spans, both ends included, in order and apart from each other.</summary>
sealed class Spans
{
    readonly (long First, long Last)[] spans;

    Spans((long First, long Last)[] spans) => this.spans = spans;

    /// <summary>Whether there is no number in it.</summary>
    public bool IsEmpty => spans.Length == 0;

    /// <summary>The numbers of those spans, which may overlap and lie in any order.</summary>
    public static Spans Of(IEnumerable<(long First, long Last)> some)
    {
        var joined = new List<(long First, long Last)>();
        foreach (var (first, last) in some.Where(one => one.First <= one.Last).Order())
        {
            if (joined.Count > 0 && first <= joined[^1].Last + 1) joined[^1] = (joined[^1].First, Math.Max(joined[^1].Last, last));
            else joined.Add((first, last));
        }
        return new Spans([.. joined]);
    }

    /// <summary>Those numbers.</summary>
    public static Spans Of(IEnumerable<int> numbers) => Of(numbers.Select(one => ((long)one, (long)one)));

    /// <summary>The numbers from 0 to that one.</summary>
    public static Spans UpTo(long last) => new([(0, last)]);

    /// <summary>The numbers that both have.</summary>
    public Spans And(Spans other) => Of(
        from mine in spans
        from theirs in other.spans
        select (Math.Max(mine.First, theirs.First), Math.Min(mine.Last, theirs.Last)));

    /// <summary>The numbers that the other does not have.</summary>
    public Spans Without(Spans other)
    {
        var left = new List<(long First, long Last)>();
        foreach (var (first, last) in spans)
        {
            var from = first;
            foreach (var gone in other.spans)
            {
                if (gone.Last < from || gone.First > last) continue;
                if (gone.First > from) left.Add((from, gone.First - 1));
                from = gone.Last + 1;
            }
            if (from <= last) left.Add((from, last));
        }
        return new Spans([.. left]);
    }

    /// <summary>Whether they have a number in common.</summary>
    public bool Meets(Spans other)
    {
        foreach (var mine in spans)
            foreach (var theirs in other.spans)
                if (mine.First <= theirs.Last && theirs.First <= mine.Last) return true;
        return false;
    }

    /// <summary>Whether that number is in it.</summary>
    public bool Has(long number) => spans.Any(span => span.First <= number && number <= span.Last);
}
