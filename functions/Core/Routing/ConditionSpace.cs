using System.Collections.Frozen;
using System.Diagnostics;
using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>
/// What payments there may be, seen by the comparisons of one program: each thing that is compared is a dimension of whole
/// numbers, and a condition is a number of boxes. So it can be said exactly whether one is empty or lies within another.
/// </summary>
sealed class ConditionSpace
{
    // A condition that makes more of them is not looked into; what it says is not wrong for that.
    const int MostBoxes = 400;

    // However many rules there are, looking into them ends: so many comparisons of two boxes.
    const int MostComparisons = 200_000;

    const int Amount = 0;
    const int Currencies = 1;
    const int Brand = 2;
    const int Bin = 3;
    const int Country = 4;
    const int Type = 5;
    const int Capture = 6;
    const int InitiatedBy = 7;
    const int Week = 8;
    const int FirstOfMetadata = 9;

    const long LargestAmount = 1_000_000_000_000_000;
    const int MinutesOfDay = 24 * 60;
    const int MinutesOfWeek = 7 * MinutesOfDay;
    const int Letters = 26;

    // The documents keep six digits: a range that holds none of them whole matches nothing.
    const int KeptBins = 1_000_000;
    const int LongestBin = 8;
    const int BinsInKept = 100;

    static readonly FrozenDictionary<string, int> Places =
        Currency.All.Index().ToFrozenDictionary(one => one.Item.Code, one => one.Index);

    readonly Dictionary<string, (int Dimension, List<string> Values)> metadata = [];
    readonly List<Spans> whole;
    int comparisons;

    /// <summary>A part of the space: within each dimension, these numbers.</summary>
    internal sealed record Box(IReadOnlyList<Spans> Sides)
    {
        public bool IsEmpty => Sides.Any(side => side.IsEmpty);

        /// <summary>Whether they have nothing in common.</summary>
        public bool IsApartFrom(Box other)
        {
            for (var side = 0; side < Sides.Count; side++)
                if (!Sides[side].Meets(other.Sides[side])) return true;
            return false;
        }

        /// <summary>Whether it has cards of that scheme in that currency.</summary>
        public bool Takes(CardBrand brand, Currency currency) =>
            Sides[Brand].Has((int)brand) && Sides[Currencies].Has(Place(currency));
    }

    /// <summary>The space of that program.</summary>
    public ConditionSpace(RoutingProgram program)
    {
        whole =
        [
            Spans.UpTo(LargestAmount),
            Spans.UpTo(Currency.All.Count - 1),
            Spans.UpTo((int)CardBrand.Unknown),
            Spans.UpTo(KeptBins - 1),
            // 0 is a card whose country is not known.
            Spans.UpTo(Letters * Letters),
            Spans.UpTo((int)CardType.Unknown),
            Spans.UpTo((int)CaptureMode.Manual),
            Spans.UpTo((int)Initiator.Merchant),
            Spans.UpTo(MinutesOfWeek - 1),
        ];
        foreach (var rule in program.Rules) NoteMetadata(rule.When);
        // 0 is every other value, and none.
        foreach (var (_, values) in metadata.Values.OrderBy(one => one.Dimension)) whole.Add(Spans.UpTo(values.Count));
        Whole = new Box(whole);
    }

    /// <summary>All of it.</summary>
    public Box Whole { get; }

    /// <summary>The boxes of a condition, none of which is empty; null where they are too many.</summary>
    public IReadOnlyList<Box>? Boxes(Condition condition) => Boxes(condition, isTrue: true);

    /// <summary>What is left of some boxes without others; null where that comes in too many pieces.</summary>
    public IReadOnlyList<Box>? Without(IReadOnlyList<Box> boxes, IReadOnlyList<Box> others)
    {
        var left = boxes;
        foreach (var other in others)
        {
            comparisons += left.Count;
            left = [.. left.SelectMany(box => Without(box, other))];
            if (left.Count > MostBoxes || comparisons > MostComparisons) return null;
            if (left.Count == 0) break;
        }
        return left;
    }

    // Dimension by dimension, what sticks out; the next one goes on with what does not.
    static IEnumerable<Box> Without(Box box, Box other)
    {
        if (box.IsApartFrom(other))
        {
            yield return box;
            yield break;
        }
        var sides = box.Sides.ToArray();
        for (var side = 0; side < sides.Length; side++)
        {
            var outside = sides[side].Without(other.Sides[side]);
            if (!outside.IsEmpty)
            {
                var piece = sides.ToArray();
                piece[side] = outside;
                yield return new Box(piece);
            }
            sides[side] = sides[side].And(other.Sides[side]);
            if (sides[side].IsEmpty) yield break;
        }
    }

    IReadOnlyList<Box>? Boxes(Condition condition, bool isTrue) => condition switch
    {
        Condition.Not one => Boxes(one.Of, !isTrue),
        Condition.All one => isTrue ? Each(one.Of, isTrue) : Some(one.Of, isTrue),
        Condition.Any one => isTrue ? Some(one.Of, isTrue) : Each(one.Of, isTrue),
        Condition.AmountWithin one => isTrue
            ? [.. Boxed((Amount, AmountOf(one)), (Currencies, Spans.Of([Place(one.Currency)])))]
            : [
                .. Boxed((Currencies, whole[Currencies].Without(Spans.Of([Place(one.Currency)])))),
                .. Boxed((Amount, whole[Amount].Without(AmountOf(one))), (Currencies, Spans.Of([Place(one.Currency)]))),
            ],
        _ => Side(condition) is var (dimension, numbers)
            ? [.. Boxed((dimension, isTrue ? numbers : whole[dimension].Without(numbers)))]
            : throw new UnreachableException(),
    };

    List<Box>? Each(IReadOnlyList<Condition> conditions, bool isTrue)
    {
        List<Box> boxes = [Whole];
        foreach (var condition in conditions)
        {
            if (Boxes(condition, isTrue) is not { } more) return null;
            comparisons += boxes.Count * more.Count;
            if (comparisons > MostComparisons) return null;
            boxes =
            [
                .. from box in boxes
                   from other in more
                   let both = new Box([.. box.Sides.Zip(other.Sides, (mine, theirs) => mine.And(theirs))])
                   where !both.IsEmpty
                   select both,
            ];
            if (boxes.Count > MostBoxes) return null;
        }
        return boxes;
    }

    List<Box>? Some(IReadOnlyList<Condition> conditions, bool isTrue)
    {
        var boxes = new List<Box>();
        foreach (var condition in conditions)
        {
            if (Boxes(condition, isTrue) is not { } more || boxes.Count + more.Count > MostBoxes) return null;
            boxes.AddRange(more);
        }
        return boxes;
    }

    IEnumerable<Box> Boxed(params (int Dimension, Spans Numbers)[] limits)
    {
        var sides = whole.ToArray();
        foreach (var (dimension, numbers) in limits) sides[dimension] = sides[dimension].And(numbers);
        var box = new Box(sides);
        return box.IsEmpty ? [] : [box];
    }

    (int Dimension, Spans Numbers) Side(Condition condition) => condition switch
    {
        Condition.CurrencyIn one => (Currencies, Spans.Of(one.Currencies.Select(Place))),
        Condition.BrandIn one => (Brand, Spans.Of(one.Brands.Select(each => (int)each))),
        Condition.BinWithin one => (Bin, Spans.Of(one.Ranges.Select(KeptBinsOf))),
        Condition.IssuerCountryIn one => (Country, Spans.Of(one.Countries.Select(Place))),
        Condition.CardTypeIn one => (Type, Spans.Of(one.CardTypes.Select(each => (int)each))),
        Condition.CaptureIn one => (Capture, Spans.Of(one.Captures.Select(each => (int)each))),
        Condition.InitiatorIn one => (InitiatedBy, Spans.Of(one.Initiators.Select(each => (int)each))),
        Condition.MetadataIn one => (metadata[one.Name].Dimension, Spans.Of(one.Values.Select(value => PlaceOf(one.Name, value)))),
        Condition.TimeOfDay one => (Week, Times(one)),
        Condition.DayOfWeekIn one => (Week, Spans.Of(one.Days.SelectMany(day => Minutes(
            ((int)day * MinutesOfDay) - one.OffsetMinutes, MinutesOfDay)))),
        _ => throw new UnreachableException(),
    };

    static Spans AmountOf(Condition.AmountWithin one) => Spans.Of([(one.Least, Math.Min(one.Most, LargestAmount))]);

    static Spans Times(Condition.TimeOfDay times)
    {
        var length = (times.UntilMinute - times.FromMinute + MinutesOfDay) % MinutesOfDay;
        var days = Enumerable.Range(0, MinutesOfWeek / MinutesOfDay);
        return Spans.Of(days.SelectMany(day => Minutes(
            (day * MinutesOfDay) + times.FromMinute - times.OffsetMinutes, length == 0 ? MinutesOfDay : length)));
    }

    // So many minutes of the week in UTC, from one on, beyond whose end it begins again.
    static IEnumerable<(long First, long Last)> Minutes(int from, int length)
    {
        long first = ((from % MinutesOfWeek) + MinutesOfWeek) % MinutesOfWeek;
        var last = first + length - 1;
        if (last < MinutesOfWeek) return [(first, last)];
        return [(first, MinutesOfWeek - 1), (0, last - MinutesOfWeek)];
    }

    static (long First, long Last) KeptBinsOf(BinRange range)
    {
        var first = long.Parse(range.From.PadRight(LongestBin, '0'));
        var last = long.Parse(range.To.PadRight(LongestBin, '9'));
        return ((first + BinsInKept - 1) / BinsInKept, ((last + 1) / BinsInKept) - 1);
    }

    static int Place(Currency currency) => Places[currency.Code];

    static int Place(string country) => ((country[0] - 'A') * Letters) + (country[1] - 'A') + 1;

    int PlaceOf(string name, string value) => metadata[name].Values.IndexOf(value) + 1;

    void NoteMetadata(Condition condition)
    {
        switch (condition)
        {
            case Condition.All all:
                foreach (var one in all.Of) NoteMetadata(one);
                break;
            case Condition.Any any:
                foreach (var one in any.Of) NoteMetadata(one);
                break;
            case Condition.Not not:
                NoteMetadata(not.Of);
                break;
            case Condition.MetadataIn compared:
                if (!metadata.ContainsKey(compared.Name)) metadata[compared.Name] = (FirstOfMetadata + metadata.Count, []);
                metadata[compared.Name].Values.AddRange(compared.Values.Except(metadata[compared.Name].Values).ToList());
                break;
        }
    }
}
