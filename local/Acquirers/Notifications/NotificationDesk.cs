using Microsoft.Extensions.Logging;
using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers.Notifications;

/// <summary>A notice as the acquirer puts it, signed; wrongly where <paramref name="isSpoilt"/>.</summary>
delegate HttpRequestMessage WriteNotification(Uri to, Notice notice, bool isSpoilt);

/// <summary>
/// Sends what is due and repeats what was not taken, across restarts; and ends what only time ends: a cardholder
/// who never came back, a cancel whose payment never came.
/// </summary>
sealed class NotificationDesk(
    AcquirerProfile profile, Book book, Alarm alarm, WriteNotification write, TimeProvider time, ILogger log)
    : IAsyncDisposable
{
    const int MostLooked = 64;
    const int MostAtOnce = 8;
    const int MostRounds = 1_000;
    // About six hours.
    const int MostTries = 75;
    static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);
    static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(5);
    static readonly TimeSpan[] BackOff =
        [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];

    readonly CancellationTokenSource stopping = new();
    readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
    volatile Uri? address;
    Task running = Task.CompletedTask;

    // On the pool, where what waited for a virtual timer goes on before the clock does.
    public void Start() => running = Task.Run(RunAsync);

    /// <summary>From here on there is somebody to notify.</summary>
    public void NotifyAt(Uri app)
    {
        address = new Uri(app, $"notifications/{Protocol}/{Uri.EscapeDataString(profile.Name)}");
        alarm.Ring();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        http.Dispose();
        stopping.Dispose();
    }

    async Task RunAsync()
    {
        // Left behind by a run before this one, so nobody rings.
        var next = book.NextDue(address is not null);
        while (true)
        {
            await alarm.WaitAsync(next, stopping.Token);
            try
            {
                if (stopping.IsCancellationRequested) return;
                next = await WorkAsync();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                log.LogError(fault, "{Acquirer} could not send its notifications", profile.Name);
                next = time.GetUtcNow() + AfterTrouble;
            }
            finally
            {
                alarm.Rest();
            }
        }
    }

    async Task<DateTimeOffset?> WorkAsync()
    {
        await book.EndWhatIsOverAsync();
        if (address is { } to) await SendDueAsync(to);
        return book.NextDue(address is not null);
    }

    // One of a payment at a time, so that what is not meant to change places does not.
    async Task SendDueAsync(Uri to)
    {
        for (var i = 0; i < MostRounds && book.DueNotifications(MostLooked) is { Count: > 0 } due; i++)
            await Task.WhenAll(
                due.DistinctBy(posted => posted.Notice.PaymentPsp).Take(MostAtOnce)
                    .Select(posted => SendAsync(to, posted)));
    }

    async Task SendAsync(Uri to, Posted posted)
    {
        if (await TryAsync(to, posted) is not { } problem)
        {
            await book.NoteTakenAsync(posted.Id);
            return;
        }
        var tries = posted.Tries + 1;
        var next = tries < MostTries
            ? time.GetUtcNow() + BackOff[Math.Min(tries, BackOff.Length) - 1]
            : (DateTimeOffset?)null;
        await book.NoteNotTakenAsync(posted.Id, problem, next);
    }

    /// <summary>Null when it was taken, else what went wrong.</summary>
    async Task<string?> TryAsync(Uri to, Posted posted)
    {
        using var deadline = new CancellationTokenSource(AnswerWithin, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping.Token);
        using var request = write(to, posted.Notice, posted.IsSpoilt && posted.Tries == 0);
        try
        {
            using var response = await http.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, over.Token);
            return response.IsSuccessStatusCode ? null : $"answered with HTTP status {(int)response.StatusCode}";
        }
        catch (HttpRequestException fault)
        {
            return $"not reached ({fault.HttpRequestError})";
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return $"not answered within {AnswerWithin.TotalSeconds} s";
        }
    }

    string Protocol => profile.Protocol.ToString().ToLowerInvariant();
}
