using System.Runtime.InteropServices;
using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>
/// The lines that were not plain, with every expectation that any of them may be about, those that were paired included:
/// a copy is known by what it is a copy of.
/// </summary>
sealed class LeftOver
{
    public List<Claim> Claims { get; } = [];

    public List<Candidate> Candidates { get; } = [];

    /// <summary>Expectations without a line that no line can be about.</summary>
    public List<Expectation> Untouched { get; } = [];

    public static LeftOver Of(FileFacts file, PlainPairs plain, List<Claim> earlier)
    {
        var left = new LeftOver();
        left.Claims.AddRange(earlier);
        for (var place = 0; place < plain.Lines.Length; place++)
            if (plain.ExpectedOf[place] < 0)
                left.Claims.Add(new Claim(file.Id, plain.Lines[place], true) { Occurrence = plain.Occurrences[place] });
        left.Count();
        left.Choose(file, plain);
        left.Candidates.Sort(Candidate.InOrder);
        left.Untouched.Sort(Candidate.InOrder);
        return left;
    }

    void Choose(FileFacts file, PlainPairs plain)
    {
        var references = new HashSet<string>(StringComparer.Ordinal);
        var payments = new HashSet<PaymentId>();
        foreach (var claim in Claims)
        {
            references.Add(claim.Line.AcquirerReference);
            if (claim.Own is { } own) payments.Add(own.Payment);
        }
        for (var place = 0; place < plain.Expected.Length; place++)
        {
            var one = plain.Expected[place];
            if (references.Contains(one.AcquirerReference) || payments.Contains(one.Payment)) Add(file, plain, place);
            else if (plain.LineOf[place] < 0) Untouched.Add(one);
        }
    }

    void Add(FileFacts file, PlainPairs plain, int place)
    {
        var candidate = new Candidate(plain.Expected[place]);
        Candidates.Add(candidate);
        if (plain.LineOf[place] is >= 0 and var line)
            candidate.Bond = new Bond([new Claim(file.Id, plain.Lines[line], true) { Occurrence = plain.Occurrences[line] }], [candidate]);
    }

    void Count()
    {
        var seen = new Dictionary<(FileId, JoinKey), int>();
        foreach (var claim in Claims)
        {
            if (claim.Occurrence > 0) continue;
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, (claim.File, claim.Key), out _);
            claim.Occurrence = ++count;
        }
    }
}
