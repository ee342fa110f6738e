using System.Text;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation;

/// <summary>What was found wrong, with all that a person needs to see why.</summary>
sealed class AuditFailed(ulong seed, int payments, string what, string report) : Exception(
    $"""
    {what}
    Again: RAILYARD_SIMULATION_SEED={seed} RAILYARD_SIMULATION_PAYMENTS={payments} dotnet run --project tests/Simulation
    {report}
    """)
{
    public ulong Seed => seed;

    public string What => what;
}

/// <summary>
/// A run from a seed: payments come in, everything goes wrong for a while, then nothing does any more; after each step the
/// auditor looks. The same seed and number of payments is the same run.
/// </summary>
sealed class SimulatedRun
{
    const int MostTraced = 400;
    static readonly TimeSpan SoonestNext = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan LatestNext = TimeSpan.FromSeconds(20);

    // The longest wait is that for the end of an authorisation, and 72 hours of asking after it; then those of what was undone.
    static readonly TimeSpan SettlesWithin = TimeSpan.FromDays(40);

    readonly World world;
    readonly Workload workload;
    readonly int payments;
    readonly int? traced;
    readonly HashSet<Case> open = [];
    readonly Queue<string> trace = [];
    readonly Tally tally = new();
    int begun;

    SimulatedRun(ulong seed, int payments, Rules rules, int? traced)
    {
        world = new World(seed, rules);
        workload = new Workload(world);
        (this.payments, this.traced) = (payments, traced);
    }

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="AuditFailed">Something is wrong; the run is repeated to tell all about it.</exception>
    public static Tally Run(ulong seed, int payments, Rules? rules = null)
    {
        var (simulation, wrong, subject) = Attempt(seed, payments, rules ?? new Rules(), traced: null);
        if (wrong is null) return simulation.tally with { Steps = simulation.world.Loop.Steps };
        var (again, what, found) = Attempt(seed, payments, rules ?? new Rules(), subject?.Number);
        throw new AuditFailed(seed, payments, what == wrong ? wrong : "The run cannot be repeated.", again.Report(found));
    }

    static (SimulatedRun, string? Wrong, Case? Subject) Attempt(ulong seed, int payments, Rules rules, int? traced)
    {
        // Continuations must run where they are caused, and not be posted elsewhere.
        var outside = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var simulation = new SimulatedRun(seed, payments, rules, traced);
            var (wrong, subject) = simulation.Run();
            return (simulation, wrong, subject);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }
    }

    (string? Wrong, Case? Subject) Run()
    {
        BeginNext();
        while (world.Loop.Step() is { } done)
        {
            if (world.Broken is { } fault) return ($"Our own fault: {fault}", done.Subject);
            tally.Count(done);
            if (done.Subject is not { } subject) continue;
            if (subject.Number == traced) Trace(done);
            if (Audit(subject) is { } wrong) return ($"{subject.Id}: {wrong}", subject);
            if (world.Loop.Now > world.Faults.StopAt + SettlesWithin) return ($"{subject.Id} does not come to an end.", subject);
        }
        return open.FirstOrDefault() is { } left ? ($"{left.Id} was left over.", left) : (null, null);
    }

    void BeginNext()
    {
        open.Add(workload.Begin(++begun));
        if (begun < payments) world.Loop.In(world.Chance.Spread(SoonestNext, LatestNext), null, "next payment", BeginNext);
    }

    // A payment with nothing under way and nothing ahead is forgotten.
    string? Audit(Case subject)
    {
        if (Auditor.AfterStep(subject) is { } wrong) return wrong;
        if (subject.UnderWay > 0) return null;
        if (Auditor.AtRest(subject) is { } unsettled) return unsettled;
        if (subject.Planned > 0) return null;
        open.Remove(subject);
        tally.Count(subject);
        return Auditor.AtTheEnd(subject);
    }

    void Trace(Due done)
    {
        if (trace.Count == MostTraced) trace.Dequeue();
        trace.Enqueue($"{world.Loop.Now:MM-dd HH:mm:ss.fff} {done.What}");
    }

    string Report(Case? subject)
    {
        var report = new StringBuilder().AppendLine($"Faults {world.Faults}");
        if (subject?.Payment is not { } payment) return report.ToString();
        report.AppendLine($"{payment.Id} is {payment.Status}, {payment.Amount}, {payment.Capture}; its log:");
        foreach (var recorded in payment.Events) report.AppendLine($"  {recorded.At:MM-dd HH:mm:ss.fff} {recorded.Sequence} {recorded.Event}");
        report.AppendLine("The acquirers' books:");
        foreach (var line in subject.Books.Values.SelectMany(book => book.Lines)) report.AppendLine($"  {line}");
        foreach (var letter in subject.DeadLetters) report.AppendLine($"Dead letter: {letter}");
        report.AppendLine("Its last steps:");
        foreach (var step in trace) report.AppendLine($"  {step}");
        return report.ToString();
    }
}
