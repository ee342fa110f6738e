namespace Railyard.Local.Tests.Runtime;

/// <summary>How many are inside at a time, and how many there were at most.</summary>
internal sealed class Gauge
{
    readonly Lock gate = new();

    public int Now { get; private set; }

    public int Most { get; private set; }

    public int Entered { get; private set; }

    public async Task StayAsync(TimeSpan time, TimeProvider clock)
    {
        Enter();
        await Task.Delay(time, clock);
        Leave();
    }

    public void Enter()
    {
        lock (gate)
        {
            Entered++;
            Most = Math.Max(Most, ++Now);
        }
    }

    public void Leave()
    {
        lock (gate) Now--;
    }
}
