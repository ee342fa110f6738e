using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;

// Joins a settlement file with a file of expectations, once for each line that comes in, and says what that took and what
// it came to: milliseconds, matched, differing, missing here, missing at the acquirer.
if (args is not [var settlement, var expected])
{
    Console.Error.WriteLine("usage: DuckDb <settlement.csv> <expectations.csv>");
    return 1;
}

const string Join =
    """
    WITH lines AS (
        SELECT "Psp Reference" AS reference, "Modification Reference" AS modification, "Type" AS type,
               "Gross Currency" AS currency, CAST(round("Gross Credit (GC)" * 100) AS BIGINT) AS amount
        FROM read_csv($settlement) WHERE "Psp Reference" IS NOT NULL
    )
    SELECT count(*) FILTER (lines.reference IS NOT NULL AND e.reference IS NOT NULL
                            AND lines.amount = e.amount AND lines.currency = e.currency),
           count(*) FILTER (lines.reference IS NOT NULL AND e.reference IS NOT NULL
                            AND NOT (lines.amount = e.amount AND lines.currency = e.currency)),
           count(*) FILTER (e.reference IS NULL),
           count(*) FILTER (lines.reference IS NULL)
    FROM lines FULL OUTER JOIN read_csv($expected) AS e
      ON lines.reference = e.reference AND lines.modification = e.modification
     AND lines.type = CASE e.kind WHEN 'payment' THEN 'Settled' ELSE 'Refunded' END
    """;

while (Console.ReadLine() is { Length: > 0 })
{
    var begin = Stopwatch.GetTimestamp();
    using var connection = new DuckDBConnection("DataSource=:memory:");
    connection.Open();
    using var command = connection.CreateCommand();
    command.CommandText = Join
        .Replace("$settlement", Quoted(settlement), StringComparison.Ordinal)
        .Replace("$expected", Quoted(expected), StringComparison.Ordinal);
    using var reader = command.ExecuteReader();
    reader.Read();
    var counts = Enumerable.Range(0, reader.FieldCount).Select(reader.GetInt64).ToList();
    var milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{milliseconds:F1} {string.Join(' ', counts)}"));
}
return 0;

static string Quoted(string path) => $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";
