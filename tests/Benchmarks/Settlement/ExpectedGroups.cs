using System.Buffers.Text;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Railyard.App.Settlement;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.Benchmarks.Settlement;

/// <summary>
/// A file of expectations as tables by groups of shards. A row is read once for what a join asks of all of them, and once
/// more where somebody looks at it.
/// </summary>
sealed class ExpectedGroups : IDisposable
{
    const int LongestRowBytes = 1024;
    const int Reference = 0;
    const int Modification = 1;
    const int Kind = 2;
    const int Amount = 3;
    const int CurrencyCode = 4;
    const int Merchant = 5;
    const int Payment = 6;
    const int Operation = 7;

    static readonly AcquirerName Acquirer = new("northbank");
    static readonly DateTimeOffset Captured = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    readonly SafeFileHandle file;
    readonly CsvRecords records = new();
    readonly List<ByteRange>[] rows;
    readonly ExpectationTable[] tables;
    bool isHeader = true;

    ExpectedGroups(string path, int groups)
    {
        file = File.OpenHandle(path);
        rows = [.. Enumerable.Range(0, groups).Select(_ => new List<ByteRange>())];
        tables = [.. rows.Select(some => new ExpectationTable(index => Load(some[index])))];
    }

    public ExpectationTable this[int group] => tables[group];

    public static ExpectedGroups Read(string path, int groups)
    {
        var found = new ExpectedGroups(path, groups);
        using var pieces = new Pieces(path);
        while (pieces.TryRead(found.Take))
        {
        }
        foreach (var table in found.tables) table.Index();
        return found;
    }

    public void Dispose() => file.Dispose();

    int Take(ReadOnlySpan<byte> piece, bool isLast)
    {
        var done = 0;
        while (true)
        {
            var step = records.Read(piece[done..], isLast, out var record);
            done += records.Consumed;
            if (step is CsvStep.MoreNeeded or CsvStep.End) return done;
            if (isHeader) isHeader = false;
            else Add(record, records.Bytes);
        }
    }

    void Add(in CsvRecord record, ByteRange bytes)
    {
        var group = ShardGroups.Of(ShardNumber.Of(record[Reference]), tables.Length);
        rows[group].Add(bytes);
        tables[group].Add(record[Reference], record[Modification], KindOf(record), AmountOf(record), null, isOpen: true);
    }

    Expectation Load(ByteRange bytes)
    {
        Span<byte> row = stackalloc byte[LongestRowBytes];
        row = row[..RandomAccess.Read(file, row[..bytes.Length], bytes.Start)];
        if (new CsvRecords().Read(row, isLast: true, out var record) != CsvStep.Record) throw new InvalidDataException("A row is gone.");
        return new()
        {
            Id = new(Encoding.ASCII.GetString(record[Operation])),
            Acquirer = Acquirer,
            AcquirerReference = Encoding.ASCII.GetString(record[Reference]),
            ModificationReference = Encoding.ASCII.GetString(record[Modification]),
            Kind = KindOf(record),
            Merchant = new(Encoding.ASCII.GetString(record[Merchant])),
            Payment = new(Encoding.ASCII.GetString(record[Payment])),
            Operation = new(Encoding.ASCII.GetString(record[Operation])),
            Amount = AmountOf(record),
            BookedAt = Captured,
            OverdueAfter = Captured.AddHours(2),
            State = new ExpectationState.Open(),
        };
    }

    static LineKind KindOf(in CsvRecord record) => record[Kind].SequenceEqual("payment"u8)
        ? LineKind.Payment
        : throw new InvalidDataException($"'{record.Text(Kind)}' is not expected here.");

    static Money AmountOf(in CsvRecord record) =>
        Utf8Parser.TryParse(record[Amount], out long cents, out _) && Currency.Find(record[CurrencyCode]) is { } currency
            ? new(cents, currency)
            : throw new InvalidDataException($"'{record.Text(Amount)} {record.Text(CurrencyCode)}' is no amount.");
}
