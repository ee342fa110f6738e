using System.Text.Json;
using Railyard.App.Payments;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>Reads a layout as an operator writes it. Every fault is named by its path.</summary>
sealed class LayoutRequest(Members body)
{
    const int MostAcquirers = 50;
    const int MostColumns = 50;
    const int MostRecords = 20;
    const int MostFees = 10;
    const int MostTypes = 200;
    const int MostTotals = 20;
    const int LongestText = 128;

    static readonly IReadOnlyDictionary<string, LayoutShape> Shapes = Json.Words<LayoutShape>();
    static readonly IReadOnlyDictionary<string, RecordRole> Roles = Json.Words<RecordRole>();
    static readonly IReadOnlyDictionary<string, LineKind> Kinds = Json.Words<LineKind>();
    static readonly IReadOnlyDictionary<string, FeeKind> FeeKinds = Json.Words<FeeKind>();
    static readonly IReadOnlyDictionary<string, Direction> Directions = Json.Words<Direction>();
    static readonly IReadOnlyDictionary<string, BatchRule> BatchRules = Json.Words<BatchRule>();
    static readonly IReadOnlyDictionary<string, TotalOf> Sums = Json.Words<TotalOf>();

    static readonly Place Nowhere = new Place.Constant("");

    /// <summary>The layout with its parser, or everything that is wrong with it.</summary>
    public static (CompiledLayout? Layout, IReadOnlyList<FieldError> Errors) Read(string name, JsonElement body)
    {
        var errors = new List<FieldError>();
        var layout = new LayoutRequest(new Members(body, errors)).Read(name);
        if (errors.Count > 0) return (null, errors);
        var (compiled, flaws) = SettlementLayouts.Compile(layout);
        foreach (var (path, why) in flaws) errors.Add(new FieldError(path, "does_not_fit", why));
        return (compiled, errors);
    }

    SettlementLayout Read(string name)
    {
        var layout = new SettlementLayout
        {
            Name = name,
            Shape = body.OneOf("shape", Shapes, isRequired: true).GetValueOrDefault(),
            Acquirers = body.Strings("acquirers", MostAcquirers, LongestText) ?? [],
            Signature = ReadSignature(body.Object("signature", isRequired: true)),
            Delimiter = ReadCharacter(body, "delimiter", mayBeTab: true) ?? ',',
            IsQuoted = body.Flag("quoted") ?? true,
            HasHeader = body.Flag("has_header") ?? false,
            Records = [.. (body.Objects("records", MostRecords) ?? []).Select(ReadRecord)],
            Fields = ReadFields(body.Object("fields", isRequired: true)),
            Numbers = ReadNumbers(body.Object("numbers")),
            Dates = ReadDates(body.Object("dates", isRequired: true)),
            Types = ReadTypes(body.Objects("types", MostTypes, isRequired: true) ?? []),
            Batches = body.OneOf("batches", BatchRules) ?? BatchRule.NotClosed,
            Totals = [.. (body.Objects("totals", MostTotals) ?? []).Select(ReadTotal)],
            Sequence = ReadPlace(body, "sequence"),
            ClosedAt = ReadPlace(body, "closed_at"),
        };
        body.RefuseOthers();
        return layout;
    }

    static LayoutSignature ReadSignature(Members? signature)
    {
        var read = new LayoutSignature(signature?.Text("begins_with", LongestText), signature?.Strings("columns", MostColumns, LongestText) ?? []);
        signature?.RefuseOthers();
        return read;
    }

    static LayoutRecord ReadRecord(Members record)
    {
        var read = new LayoutRecord(
            record.OneOf("role", Roles, isRequired: true).GetValueOrDefault(),
            ReadPlace(record, "at", isRequired: true) ?? Nowhere,
            record.Text("text", LongestText, isRequired: true) ?? "");
        record.RefuseOthers();
        return read;
    }

    static LayoutFields ReadFields(Members? fields)
    {
        if (fields is null) return new() { Type = Nowhere, AcquirerReference = Nowhere, Currency = Nowhere, BookedAt = Nowhere };
        var read = new LayoutFields
        {
            Type = ReadPlace(fields, "type", isRequired: true) ?? Nowhere,
            AcquirerReference = ReadPlace(fields, "acquirer_reference", isRequired: true) ?? Nowhere,
            ModificationReference = ReadPlace(fields, "modification_reference"),
            MerchantReference = ReadPlace(fields, "merchant_reference"),
            Currency = ReadPlace(fields, "currency", isRequired: true) ?? Nowhere,
            NetCurrency = ReadPlace(fields, "net_currency"),
            Gross = ReadAmount(fields.Object("gross")),
            Net = ReadAmount(fields.Object("net")),
            Fees = [.. (fields.Objects("fees", MostFees) ?? []).Select(ReadFee)],
            Rate = ReadPlace(fields, "rate"),
            Batch = ReadPlace(fields, "batch"),
            BookedAt = ReadPlace(fields, "booked_at", isRequired: true) ?? Nowhere,
            PaidAt = ReadPlace(fields, "paid_at"),
        };
        fields.RefuseOthers();
        return read;
    }

    static LayoutFee ReadFee(Members fee)
    {
        var read = new LayoutFee(
            fee.OneOf("kind", FeeKinds, isRequired: true).GetValueOrDefault(), ReadPlace(fee, "at", isRequired: true) ?? Nowhere);
        fee.RefuseOthers();
        return read;
    }

    static LayoutAmount? ReadAmount(Members? amount)
    {
        if (amount is null) return null;
        var signed = ReadPlace(amount, "signed");
        var (debit, credit) = (ReadPlace(amount, "debit"), ReadPlace(amount, "credit"));
        var (unsigned, mark, text) = (ReadPlace(amount, "unsigned"), ReadPlace(amount, "mark"), amount.Text("debit_mark", LongestText));
        amount.RefuseOthers();
        return (signed, debit, credit, unsigned, mark, text) switch
        {
            ({ } at, null, null, null, null, null) => new LayoutAmount.WithSign(at),
            (null, { } taken, { } given, null, null, null) => new LayoutAmount.Sided(taken, given),
            (null, null, null, { } at, { } by, { } says) => new LayoutAmount.Marked(at, by, says),
            (null, null, null, { } at, null, null) => new LayoutAmount.ByType(at),
            _ => amount.WrongWhole<LayoutAmount>(
                "unknown_amount", "It must have signed; or debit and credit; or unsigned, mark and debit_mark; or unsigned alone."),
        };
    }

    static LayoutNumbers ReadNumbers(Members? numbers)
    {
        if (numbers is null) return LayoutNumbers.Usual;
        var read = new LayoutNumbers(
            (int?)numbers.Integer("implied_decimals", 0, SettlementLayouts.MostDecimals),
            ReadCharacter(numbers, "decimal_mark") ?? '.',
            ReadCharacter(numbers, "group_mark"),
            numbers.Flag("negative_fees") ?? false);
        numbers.RefuseOthers();
        return read;
    }

    static LayoutDates ReadDates(Members? dates)
    {
        if (dates is null) return new("", Nowhere);
        var read = new LayoutDates(dates.Text("pattern", LongestText, isRequired: true) ?? "", ReadPlace(dates, "zone") ?? new Place.Constant("UTC"));
        dates.RefuseOthers();
        return read;
    }

    static Dictionary<string, LayoutType> ReadTypes(IReadOnlyList<Members> types)
    {
        var read = new Dictionary<string, LayoutType>(StringComparer.Ordinal);
        foreach (var type in types)
        {
            var text = type.Text("text", LongestText, isRequired: true);
            var known = new LayoutType(type.OneOf("kind", Kinds, isRequired: true).GetValueOrDefault(), type.OneOf("direction", Directions));
            type.RefuseOthers();
            if (text is not null && !read.TryAdd(text, known)) type.Wrong<string>("text", "duplicate_name", "Another type has that text.");
        }
        return read;
    }

    static LayoutTotal ReadTotal(Members total)
    {
        var read = new LayoutTotal(
            total.OneOf("role", Roles, isRequired: true).GetValueOrDefault(),
            total.OneOf("of", Sums, isRequired: true).GetValueOrDefault(),
            ReadPlace(total, "at", isRequired: true) ?? Nowhere,
            ReadPlace(total, "currency"),
            total.Flag("absolute") ?? false,
            total.Flag("counts_all_records") ?? false);
        total.RefuseOthers();
        return read;
    }

    static Place? ReadPlace(Members owner, string name, bool isRequired = false)
    {
        if (owner.Object(name, isRequired) is not { } place) return null;
        var (column, constant) = (place.Text("column", LongestText), place.Text("constant", LongestText));
        var (field, start, length) = (
            place.Integer("field", 1, int.MaxValue), place.Integer("start", 1, int.MaxValue), place.Integer("length", 1, int.MaxValue));
        place.RefuseOthers();
        return (column, constant, field, start, length) switch
        {
            ({ } text, null, null, null, null) => new Place.Column(text),
            (null, { } text, null, null, null) => new Place.Constant(text),
            (null, null, { } number, null, null) => new Place.Field((int)number),
            (null, null, null, { } from, { } bytes) => new Place.Cut((int)from, (int)bytes),
            _ => place.WrongWhole<Place>("unknown_place", "It must have column, field, constant, or start and length."),
        };
    }

    static char? ReadCharacter(Members owner, string name, bool mayBeTab = false) =>
        owner.Text(name, 1, mayHaveTabs: mayBeTab) is [var only] ? only : null;
}
