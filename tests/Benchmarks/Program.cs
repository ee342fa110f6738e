using Railyard.Benchmarks.Cosmos;
using Railyard.Benchmarks.Durable;
using Railyard.Benchmarks.Ledger;
using Railyard.Benchmarks.Measuring;
using Railyard.Benchmarks.Payments;
using Railyard.Benchmarks.Rules;
using Railyard.Benchmarks.ServiceBus;
using Railyard.Benchmarks.Settlement;
using Railyard.Benchmarks.Start;

// The yardstick of a start: a process that does nothing.
if (args is [ColdStart.Nothing]) return 0;

// What can be measured, in the order of the table. Arguments name some of them; none means all.
var known = new Dictionary<string, Func<Pace, Task<IReadOnlyList<Row>>>>
{
    ["durable"] = Orchestrations.MeasureAsync,
    ["messages"] = Messages.MeasureAsync,
    ["cosmos"] = Items.MeasureAsync,
    ["start"] = ColdStart.MeasureAsync,
    ["payments"] = PaymentLoad.MeasureAsync,
    ["formats"] = FormatThroughput.MeasureAsync,
    ["match"] = ParseAndMatch.MeasureAsync,
    ["settlement"] = WholeStack.MeasureAsync,
    ["ledger"] = Postings.MeasureAsync,
    ["functions"] = Functions.MeasureAsync,
};

var names = args.Where(argument => argument != "--quick").ToList();
if (names.Find(name => !known.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"'{unknown}' is not known. Known: --quick {string.Join(' ', known.Keys)}");
    return 1;
}

var pace = new Pace(IsQuick: args.Contains("--quick"));
Console.WriteLine($"{Machine.Describe()}, {(pace.IsQuick ? "quick" : "long")}, {pace.Rounds} rounds");
var rows = new List<Row>();
var failures = new List<string>();
foreach (var (name, measure) in known)
{
    if (names.Count > 0 && !names.Contains(name)) continue;
    try
    {
        var measured = await measure(pace);
        foreach (var row in measured) Console.Error.WriteLine($"  {Table.Brief(row)}");
        rows.AddRange(measured);
    }
    catch (Exception fault)
    {
        // The others' figures are worth having all the same.
        Console.Error.WriteLine(fault);
        failures.Add($"{name} could not be measured: {fault.Message}");
    }
}
Console.WriteLine();
Table.Print(rows, Console.Out);
Console.WriteLine();
foreach (var failure in failures) Console.WriteLine(failure);
Console.WriteLine($"{Machine.Describe()} at the end. Where others use the machine, read the ratio.");
return failures.Count == 0 ? 0 : 1;
