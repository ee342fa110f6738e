using System.Net.Http.Json;
using System.Text.Json;
using Railyard.Benchmarks.Measuring;
using Railyard.Benchmarks.Payments;
using Railyard.Benchmarks.Start;

namespace Railyard.Benchmarks.Settlement;

/// <summary>
/// A settlement file through the whole local stack: put in over HTTP, parsed, divided among shards, joined with what the
/// database expects, everything written, and its report asked for.
/// </summary>
static class WholeStack
{
    const int Lines = 1_000_000;
    const int QuickLines = 100_000;
    const string OperatorKey = "ok_sandbox_local";
    const double MostSeconds = 300;
    const double MostMegabytes = 1024;
    const double BytesInMegabyte = 1024 * 1024;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Pace pace)
    {
        var lines = pace.IsQuick ? QuickLines : Lines;
        using var scratch = new Scratch();
        var files = new SettlementFiles(scratch.Path, lines);
        files.Write();
        await using var app = AppProcess.Start(scratch.File("app"));
        await app.UntilItAnswersAsync();
        await SeededExpectations.WriteAsync(app.Cosmos, lines);
        await Settle.UntilNothingIsCountedAsync(app.Cosmos);

        var before = await MeterReading.TakeAsync(app.Cosmos);
        using var memory = PeakMemory.Watch(app.ProcessId);
        var begin = TimeProvider.System.GetTimestamp();
        var report = await ReconcileAsync(app.Address, files.Settlement);
        var seconds = TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
        Check(report, files.Counts);
        await Settle.UntilNothingIsCountedAsync(app.Cosmos, Patience);
        var atRest = TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
        return Rows(lines, seconds, atRest, memory.Megabytes(), before, await MeterReading.TakeAsync(app.Cosmos));
    }

    static async Task<JsonElement> ReconcileAsync(Uri app, string path)
    {
        using var http = new HttpClient { BaseAddress = app, Timeout = Patience };
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {OperatorKey}");
        await using var content = File.OpenRead(path);
        using var answer = await http.PutAsync("/ops/v1/settlement-files/northbank/benchmark.csv", new StreamContent(content));
        answer.EnsureSuccessStatusCode();
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("file_id").GetString();
        var begin = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begin) < Patience)
        {
            var file = await http.GetFromJsonAsync<JsonElement>($"/ops/v1/settlement-files/{id}");
            if (file.GetProperty("status").GetString() is "reconciled" or "reconciled_with_discrepancies" or "rejected") return file;
            await Task.Delay(Pause, TimeProvider.System);
        }
        throw new TimeoutException($"{id} was not reconciled in {Patience}.");
    }

    // A file that was not understood would be the fastest of all.
    static void Check(JsonElement report, JoinCounts expected)
    {
        var found = (report.GetProperty("matched").GetInt32(), report.GetProperty("discrepancies").GetInt32(), report.GetProperty("missing").GetInt32());
        if (found != (expected.Matched, expected.Differing + expected.MissingHere, expected.MissingAtAcquirer))
            throw new InvalidDataException($"The file came to {report}, which should have been {expected}.");
    }

    static IReadOnlyList<Row> Rows(int lines, double seconds, double atRest, double megabytes, MeterReading before, MeterReading after)
    {
        var charges = after.Since(before, "request_charge");
        return
        [
            new($"settlement file of {lines:N0} lines, whole stack", Samples.Once(seconds), "s") { Target = Target.AtMost(MostSeconds * lines / Lines) },
            new("settlement file: until the ledger and payables have it too", Samples.Once(atRest), "s"),
            new("settlement file: memory of all processes", Samples.Once(megabytes), "MB") { Target = Target.AtMost(MostMegabytes) },
            new("a settled line: RU", Samples.Once(charges.Values.Sum() / lines), "") { Target = Target.AtMost(2) },
            .. charges.Where(charge => charge.Value > 0).OrderByDescending(charge => charge.Value)
                .Select(charge => new Row($"a settled line: RU in {charge.Key}", Samples.Once(charge.Value / lines), "")),
        ];
    }

    /// <summary>The most that a process and all it has started have had in memory together.</summary>
    sealed class PeakMemory : IDisposable
    {
        readonly int root;
        readonly ITimer timer;
        long most;

        PeakMemory(int root)
        {
            this.root = root;
            timer = TimeProvider.System.CreateTimer(_ => Look(), null, TimeSpan.Zero, Pause);
        }

        public static PeakMemory Watch(int root) => new(root);

        public double Megabytes() => Interlocked.Read(ref most) / BytesInMegabyte;

        public void Dispose() => timer.Dispose();

        void Look()
        {
            var now = ProcessTree.ResidentBytes(root);
            if (now > Interlocked.Read(ref most)) Interlocked.Exchange(ref most, now);
        }
    }
}
