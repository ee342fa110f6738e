using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation.Bank;

/// <summary>
/// Brings the lines of a bank account together with the payments that it should show: by reference first, then by amount and
/// value date where the line names the acquirer. What may be two things is a discrepancy, never a guess. Run again on what
/// it changed, it comes to the same.
/// </summary>
public sealed class BankJoin
{
    /// <summary>A bank may date a payment so many days before it is made.</summary>
    const int MostDaysEarly = 1;

    /// <summary>So many days after the agreed ones, an amount alone says nothing any more; a reference always does.</summary>
    const int MostDaysLate = 10;

    readonly DateOnly today;
    readonly IReadOnlyList<KnownAcquirer> acquirers;
    readonly List<Entry> entries;
    readonly List<Sought> sought;

    BankJoin(DateOnly today, IReadOnlyList<KnownAcquirer> acquirers, IEnumerable<PlacedLine> lines, IEnumerable<BankExpectation> expectations)
    {
        (this.today, this.acquirers) = (today, acquirers);
        entries = [.. lines.Select(line => new Entry(line)).OrderBy(one => one.Line.ValueOn)
            .ThenBy(one => one.Placed.File.Value, StringComparer.Ordinal).ThenBy(one => one.Line.Number)];
        sought = [.. expectations.Select(one => new Sought(one)).OrderBy(one => one.Expected.PaidOn)
            .ThenBy(one => one.Expected.Id.Value, StringComparer.Ordinal)];
    }

    /// <summary>The join of some lines with what is or was expected of their account.</summary>
    /// <param name="today">Agreed days that were over before it are over.</param>
    /// <param name="acquirers">Who may be named in a line.</param>
    /// <param name="lines">Lines that have met nothing before, or are joined once more.</param>
    /// <param name="expectations">What is awaited, and what was met not long ago.</param>
    public static BankOutcome Join(
        DateOnly today, IReadOnlyList<KnownAcquirer> acquirers, IEnumerable<PlacedLine> lines, IEnumerable<BankExpectation> expectations)
    {
        var join = new BankJoin(today, acquirers, lines, expectations);
        join.SetAside();
        join.KeepWhatWasMet();
        join.ByReference();
        join.ByAmount();
        return join.ToOutcome();
    }

    void SetAside()
    {
        foreach (var entry in entries)
        {
            var reason = entry.Placed.SetAside
                ?? (entry.Line.Status != Settlement.Bank.EntryStatus.Booked ? BankLineIgnored.Pending
                : entry.Line.Amount.Amount.IsZero ? BankLineIgnored.Empty : null as BankLineIgnored?);
            if (reason is { } why) entry.End = new BankLineEnd.Ignored(why);
        }
    }

    void KeepWhatWasMet()
    {
        var byLine = sought.SelectMany(one => one.MetBy.Select(line => (line, one))).ToLookup(pair => pair.line, pair => pair.one);
        foreach (var entry in Unended())
        {
            var partners = byLine[entry.Placed.Ref].ToList();
            if (partners.Count == 0) continue;
            entry.End = partners[0].Expected.State is BankExpectationState.Differs
                ? new BankLineEnd.Broken(BankBreaks.Differs(entry.Placed, [.. partners.Select(one => one.Expected)]))
                : Matched(partners, isReturn: partners[0].IsBack(entry.Placed.Ref));
        }
    }

    void ByReference()
    {
        var byReference = sought.SelectMany(one => one.References.Select(reference => (reference, one)))
            .ToLookup(pair => pair.reference, pair => pair.one, StringComparer.Ordinal);
        var references = byReference.Select(group => group.Key).ToList();
        foreach (var entry in Unended())
        {
            var inText = entry.Text.Find(references);
            var own = entry.Line.EndToEndId is { } id && byReference.Contains(id) ? [id] : Array.Empty<string>();
            entry.Named = [.. own.Concat(inText).SelectMany(reference => byReference[reference]).Distinct()];
        }
        foreach (var entry in Unended().Where(entry => entry.Named.Count > 0)) TakeBack(entry);
        var named = Unended().Where(entry => entry.Named.Exists(one => one.IsAwaited)).ToList();
        foreach (var (lines, partners) in Groups(named, entry => entry.Named.Where(one => one.IsAwaited))) Settle(lines, partners);
        foreach (var entry in Unended().Where(entry => entry.Named.Count > 0))
            entry.End = new BankLineEnd.Broken(BankBreaks.Duplicate(entry.Placed, entry.Named[0].Expected));
    }

    // A payment that went out and comes in again, or the other way round, under the same reference.
    static void TakeBack(Entry entry)
    {
        if (entry.Named is not [{ Expected.State: BankExpectationState.Met met } one]) return;
        var paid = one.Expected.Paid;
        if (entry.Line.Amount.Amount != paid.Amount || entry.Line.Amount.Direction == paid.Direction) return;
        one.Become(new BankExpectationState.Returned(met.Lines, entry.Placed.Ref));
        entry.End = Matched([one], isReturn: true);
    }

    void ByAmount()
    {
        foreach (var entry in Unended())
        {
            entry.Acquirers = [.. acquirers.Where(one => one.BankNames.Any(entry.Text.Names)).Select(one => one.Name)];
            if (entry.Acquirers.Count == 0) entry.End = new BankLineEnd.Ignored(BankLineIgnored.NotOurs);
        }
        var awaited = sought.Where(one => one.IsAwaited && one.Expected.Kind == BankExpectationKind.AcquirerPayout)
            .ToLookup(one => one.Expected.Paid);
        foreach (var (lines, partners) in Groups(Unended(), entry => awaited[entry.Line.Amount].Where(one => Fits(entry, one.Expected))))
        {
            if (lines.Count == 1 && partners.Count == 1) Meet(lines, partners);
            else foreach (var entry in lines) entry.End = new BankLineEnd.Broken(BankBreaks.Ambiguous(entry.Placed, Expected(partners)));
        }
        foreach (var entry in Unended()) entry.End = new BankLineEnd.Broken(BankBreaks.Unexpected(entry.Placed, entry.Acquirers[0]));
    }

    static bool Fits(Entry entry, BankExpectation expected) =>
        entry.Acquirers.Contains(new AcquirerName(expected.Party))
        && entry.Line.ValueOn >= expected.PaidOn.AddDays(-MostDaysEarly)
        && entry.Line.ValueOn <= expected.OverdueAfter.AddDays(MostDaysLate);

    // One with one, one line for several payments, or several lines for one: where the sum is right.
    static void Settle(List<Entry> lines, List<Sought> partners)
    {
        if (lines.Count > 1 && partners.Count > 1)
        {
            foreach (var entry in lines) entry.End = new BankLineEnd.Broken(BankBreaks.Ambiguous(entry.Placed, Expected(partners)));
            return;
        }
        if (SumOf(lines.Select(entry => entry.Line.Amount)) is { } sum && sum == SumOf(partners.Select(one => one.Expected.Paid)))
        {
            Meet(lines, partners);
            return;
        }
        // Identical lines are real: the first is the payment, the others are there without one.
        if (lines.Count > 1 && lines.Find(entry => entry.Line.Amount == partners[0].Expected.Paid) is { } whole)
        {
            Meet([whole], partners);
            return;
        }
        foreach (var entry in lines)
        {
            var found = BankBreaks.Differs(entry.Placed, Expected(partners));
            entry.End = new BankLineEnd.Broken(found);
            if (lines.Count == 1) partners.ForEach(one => one.Become(new BankExpectationState.Differs(found.Id, entry.Placed.Ref)));
        }
    }

    static void Meet(List<Entry> lines, List<Sought> partners)
    {
        foreach (var one in partners) one.Become(new BankExpectationState.Met([.. lines.Select(entry => entry.Placed.Ref)]));
        foreach (var entry in lines) entry.End = Matched(partners, isReturn: false);
    }

    // What holds together: lines that may be the same payments, and payments that may be the same lines.
    IEnumerable<(List<Entry> Lines, List<Sought> Partners)> Groups(IReadOnlyList<Entry> lines, Func<Entry, IEnumerable<Sought>> candidatesOf)
    {
        var candidates = lines.ToDictionary(entry => entry, entry => candidatesOf(entry).ToList());
        var rivals = candidates.SelectMany(pair => pair.Value.Select(one => (one, pair.Key))).ToLookup(pair => pair.one, pair => pair.Key);
        var seen = new HashSet<Entry>();
        foreach (var first in lines.Where(entry => candidates[entry].Count > 0))
        {
            if (!seen.Add(first)) continue;
            var (group, partners) = (new List<Entry> { first }, new HashSet<Sought>());
            for (var i = 0; i < group.Count; i++)
                foreach (var partner in candidates[group[i]].Where(partners.Add))
                    group.AddRange(rivals[partner].Where(seen.Add));
            yield return (group, [.. sought.Where(partners.Contains)]);
        }
    }

    BankOutcome ToOutcome()
    {
        var missing = new List<Discrepancy>();
        var here = entries.Select(entry => entry.Placed.Ref).ToHashSet();
        foreach (var one in sought.Where(one => one.IsAwaited && one.Expected.OverdueAfter < today))
        {
            var found = BankBreaks.Missing(one.Expected);
            missing.Add(found);
            if (one.Expected.State is BankExpectationState.Open) one.Become(new BankExpectationState.Overdue(found.Id));
        }
        return new()
        {
            Lines = [.. entries.Select(entry => new EndedLine(entry.Placed, entry.End!))],
            Changed = [.. sought.Where(one => one.IsChanged).Select(one => one.Expected)],
            Missing = missing,
            Closings = [.. sought.SelectMany(one => one.Closings(here))],
        };
    }

    List<Entry> Unended() => entries.FindAll(entry => entry.End is null);

    static List<BankExpectation> Expected(IEnumerable<Sought> partners) => [.. partners.Select(one => one.Expected)];

    static BankLineEnd.Matched Matched(IReadOnlyList<Sought> partners, bool isReturn) =>
        new([.. partners.Select(one => one.Expected.Id)], isReturn);

    // Null where they are not of one currency: then nothing can be their sum.
    static (Int128, Currency)? SumOf(IEnumerable<Movement> movements)
    {
        Int128 sum = 0;
        Currency? currency = null;
        foreach (var one in movements)
        {
            if (currency is { } known && known != one.Amount.Currency) return null;
            currency = one.Amount.Currency;
            sum += one.ToBalance().MinorUnits;
        }
        return currency is { } all ? (sum, all) : null;
    }

    /// <summary>A line that looks for what it is.</summary>
    sealed class Entry(PlacedLine placed)
    {
        public PlacedLine Placed { get; } = placed;

        public Settlement.Bank.BankLine Line => Placed.Line;

        public BankText Text { get; } = new($"{placed.Line.Text} {placed.Line.EndToEndId} {placed.Line.PaymentInformationId} {placed.Line.MessageId}");

        public List<Sought> Named { get; set; } = [];

        public List<AcquirerName> Acquirers { get; set; } = [];

        public BankLineEnd? End { get; set; }
    }

    /// <summary>A payment that looks for its lines.</summary>
    sealed class Sought(BankExpectation expected)
    {
        public BankExpectation Expected { get; private set; } = expected;

        public bool IsChanged { get; private set; }

        public bool IsAwaited => Expected.IsAwaited;

        public IEnumerable<string> References => new[] { Expected.EndToEndId, Expected.Reference }.OfType<string>().Distinct();

        /// <summary>The lines that met it in an earlier run.</summary>
        public IReadOnlyList<BankLineRef> MetBy { get; } = expected.State switch
        {
            BankExpectationState.Met met => met.Lines,
            BankExpectationState.Differs differs => [differs.Line],
            BankExpectationState.Returned returned => [.. returned.Lines, returned.Back],
            _ => [],
        };

        public bool IsBack(BankLineRef line) => Expected.State is BankExpectationState.Returned returned && returned.Back == line;

        public void Become(BankExpectationState state) => (Expected, IsChanged) = (Expected with { State = state }, true);

        /// <summary>
        /// What ends the break by its lack, if there was one: that is known by its id, and by whoever keeps breaks. Said by
        /// every join that has one of its lines, so that a join cut short can be repeated.
        /// </summary>
        public IEnumerable<(AcquirerName, Closing)> Closings(HashSet<BankLineRef> lines)
        {
            BankLineRef? line = Expected.State switch
            {
                BankExpectationState.Met met => met.Lines[0],
                BankExpectationState.Differs differs => differs.Line,
                _ => null,
            };
            if (line is { } first && lines.Contains(first))
                yield return (BankBreaks.OwnerOf(Expected), new(BankBreaks.Missing(Expected).Id, new(Expected.Id, first.File, first.Line)));
        }
    }
}
