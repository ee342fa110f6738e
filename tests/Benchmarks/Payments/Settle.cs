namespace Railyard.Benchmarks.Payments;

/// <summary>Waits until consumers have caught up: the meters stand still.</summary>
static class Settle
{
    static readonly TimeSpan Still = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Usually = TimeSpan.FromSeconds(30);

    public static async Task UntilNothingIsCountedAsync(Uri cosmos, TimeSpan? longest = null)
    {
        var begin = TimeProvider.System.GetTimestamp();
        var last = "";
        while (TimeProvider.System.GetElapsedTime(begin) < (longest ?? Usually))
        {
            var now = (await MeterReading.TakeAsync(cosmos)).Totals.ToString();
            if (now == last) return;
            last = now;
            await Task.Delay(Still, TimeProvider.System);
        }
        throw new TimeoutException("The app does not come to rest.");
    }
}
