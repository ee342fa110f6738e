using System.Text;
using CsCheck;
using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Settlement;

public sealed class CsvRecordsTests
{
    static readonly Gen<string> Field = Gen.OneOf(
        Gen.Const(""), Gen.String[Gen.Char["abc ,\"\r\né"], 0, 8].Select(text => $"\"{text.Replace("\"", "\"\"")}\""),
        Gen.String[Gen.Char["abc é"], 1, 8]);

    [Theory]
    [InlineData("a,b\nc,d\n", "a|b;c|d")]
    [InlineData("a,b\r\nc,d", "a|b;c|d")]
    [InlineData("a,\n,d\n", "a|;|d")]
    [InlineData("\"a,1\",\"b\"\"2\"\n", "a,1|b\"2")]
    [InlineData("\"a\nb\",c\r\nd,e\n", "a\nb|c;d|e")]
    [InlineData("a,b\n\n\r\nc,d\n\n", "a|b;c|d")]
    [InlineData("\uFEFFa,b\n", "a|b")]
    [InlineData("\"\",\"\"", "|")]
    [InlineData("a,\"b\"", "a|b")]
    [InlineData("a,\"b\"\r", "a|b")]
    public void Records_are_read_as_RFC_4180_says(string text, string expected) =>
        Assert.Equal(expected, string.Join(';', ReadAll(text, int.MaxValue)));

    [Theory]
    [InlineData("a,b\nc,x\"y\"\ne,f\n", "a|b;!2;e|f")]
    [InlineData("a,b\nc,\"d\" x\ne,f\n", "a|b;!2;e|f")]
    [InlineData("a,b\nc,\"d\ne,\"f\"\ng,h\n", "a|b;!2;e|f;g|h")]
    [InlineData("a,b\nc,\"d\ne,f\n", "a|b;!2;e|f")]
    [InlineData("a,b\nc\nd,e,f\ng,h\n", "a|b;!2;!3;g|h")]
    public void A_malformed_line_costs_one_line(string text, string expected) =>
        Assert.Equal(expected, string.Join(';', ReadAll(text, int.MaxValue)));

    [Fact]
    public void A_line_longer_than_the_bound_costs_one_line_and_says_where_it_was()
    {
        var overlong = new string('x', 3 * CsvRecords.LongestRecordBytes);

        var read = ReadAll($"a,b\n{overlong}\nc,d\n", 1000);

        Assert.Equal(["a|b", "!2", "c|d"], read);
    }

    [Theory]
    [InlineData(CsvRecords.LongestRecordBytes - 1, "")]
    [InlineData(CsvRecords.LongestRecordBytes - 1, "\n")]
    [InlineData(CsvRecords.LongestRecordBytes, "")]
    [InlineData(CsvRecords.LongestRecordBytes, "\n")]
    public void Whether_a_line_is_too_long_does_not_depend_on_the_pieces(int length, string lineEnd)
    {
        var text = $"a\n{new string('x', length)}{lineEnd}";

        var read = ReadAll(text, int.MaxValue);

        Assert.Equal(length < CsvRecords.LongestRecordBytes, read[1] != "!2");
        Assert.Equal(read, ReadAll(text, 1000));
    }

    [Fact]
    public void Whatever_the_pieces_the_records_are_the_same() =>
        Gen.Select(Field.Array[2].Array[1, 12], Gen.Int[1, 40], Gen.OneOf(Gen.Const("\n"), Gen.Const("\r\n"))).Sample((rows, piece, lineEnd) =>
        {
            var text = string.Concat(rows.Select(row => string.Join(',', row) + lineEnd));

            return ReadAll(text, int.MaxValue).SequenceEqual(ReadAll(text, piece));
        });

    [Fact]
    public void Fields_come_back_as_they_were_written() =>
        Gen.String[Gen.Char["abc ,\"\r\n;|é"], 0, 12].Array[3].Array[1, 8].Sample(rows =>
        {
            var text = string.Concat(rows.Select(row => string.Join(',', row.Select(Quoted)) + "\n"));

            return ReadAll(text, 7).SequenceEqual(rows.Select(row => string.Join('|', row)));
        });

    [Fact]
    public void Any_bytes_end_and_every_line_is_one_record_or_malformed_or_part_of_a_quoted_one() =>
        Gen.Select(Gen.Byte[32, 126].Array[0, 300], Gen.Int[1, 50]).Sample((bytes, piece) =>
        {
            for (var i = 0; i < bytes.Length; i++) if (bytes[i] % 9 == 0) bytes[i] = (byte)"\n\",\r"[bytes[i] % 4];

            return ReadAll(Encoding.UTF8.GetString(bytes), piece).Count <= bytes.Length + 1;
        });

    static string Quoted(string field) => $"\"{field.Replace("\"", "\"\"")}\"";

    // Two columns are expected from the first record on; a malformed line is shown as ! and its number.
    static List<string> ReadAll(string text, int piece)
    {
        var (records, read, bytes) = (new CsvRecords(), new List<string>(), Encoding.UTF8.GetBytes(text));
        var (start, end) = (0, Math.Min(piece, bytes.Length));
        while (true)
        {
            var step = records.Read(bytes.AsSpan(start..end), end == bytes.Length, out var record);
            start += records.Consumed;
            if (step == CsvStep.End) return read;
            if (step == CsvStep.MoreNeeded) end = (int)Math.Min((long)end + piece, bytes.Length);
            if (step == CsvStep.Malformed) read.Add($"!{records.LineNumber}");
            if (step != CsvStep.Record) continue;
            records.ExpectColumns(record.Count);
            var fields = new List<string>();
            for (var i = 0; i < record.Count; i++) fields.Add(record.Text(i));
            read.Add(string.Join('|', fields));
        }
    }
}
