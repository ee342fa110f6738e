using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers.Adyen;

/// <summary>
/// Takes one call through the book: a repeat gets the kept answer, a twin of a call underway is turned away,
/// and the scripted fault strikes where it should.
/// </summary>
sealed class CallDesk(Book book, TimeProvider time, CancellationToken closing)
{
    static readonly TimeSpan Slowness = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);
    const int LongestKey = 64;
    const string KeyHeader = "Idempotency-Key";
    const string Maintenance =
        "<!doctype html><html><head><title>Maintenance</title></head>" +
        "<body><h1>We will be back soon</h1><p>This service is under maintenance.</p></body></html>";

    readonly ConcurrentDictionary<RepeatKey, bool> underway = new();

    public async Task AnswerAsync(HttpContext http, string account, Fault scripted, Func<Entries, Answer> work)
    {
        var given = http.Request.Headers[KeyHeader].ToString();
        if (given.Length > LongestKey)
        {
            await SendAsync(http, AdyenError.KeyTooLong.ToAnswer());
            return;
        }
        var key = given.Length == 0 ? null : new RepeatKey(account, http.Request.Path, given);
        if (key is not null) http.Response.Headers[KeyHeader] = key.Key;
        if (key is not null && !underway.TryAdd(key, true))
        {
            await SendAsync(http, AdyenError.Underway.ToAnswer());
            return;
        }
        var (answer, fault) = await BookAsync(key, scripted, work);
        await LeaveAsync(http, answer, fault);
    }

    public static Task SendAsync(HttpContext http, Answer answer)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(answer.Body, http.RequestAborted);
    }

    // The caller may have hung up long ago: what was asked for is done all the same, as at a real acquirer.
    async Task<(Answer? Answer, Fault Fault)> BookAsync(
        RepeatKey? key, Fault scripted, Func<Entries, Answer> work)
    {
        try
        {
            var earlier = book.Find(key);
            if (earlier is Earlier.Answered kept)
                return (kept.Answer, scripted == Fault.SilentForGood ? scripted : Fault.None);
            var fault = earlier is Earlier.Lost ? Fault.None : scripted;
            if (fault.StrikesBeforeBooking())
            {
                if (key is not null) await book.NoteLostAsync(key);
                return (null, fault);
            }
            if (fault == Fault.Slow) await Task.Delay(Slowness, time, closing);
            var isTold = fault is Fault.None or Fault.Slow;
            return (await book.AnswerOnceAsync(key, work, isTold), fault);
        }
        finally
        {
            if (key is not null) underway.TryRemove(key, out _);
        }
    }

    async Task LeaveAsync(HttpContext http, Answer? answer, Fault fault)
    {
        // What the book refused was not booked, and is told plainly.
        if (answer is { IsBooked: false }) fault = Fault.None;
        switch (fault)
        {
            case Fault.None or Fault.Slow:
                await SendAsync(http, answer!);
                return;
            case Fault.ErrorAfterBooking:
                await SendAsync(http, AdyenError.Internal.ToAnswer());
                return;
            case Fault.ErrorBeforeBooking:
                await SendAsync(http, AdyenError.Unavailable.ToAnswer());
                return;
            case Fault.MaintenancePage:
                http.Response.ContentType = "text/html; charset=utf-8";
                await http.Response.WriteAsync(Maintenance, http.RequestAborted);
                return;
            case Fault.SilentAfterBooking or Fault.SilentForGood:
                await StaySilentAsync(http);
                return;
            case Fault.HangUpAfterBooking or Fault.HangUpBeforeBooking:
                http.Abort();
                return;
        }
    }

    async Task StaySilentAsync(HttpContext http)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, closing);
        try
        {
            await Task.Delay(LongestSilence, time, over.Token);
        }
        catch (OperationCanceledException)
        {
            // The caller has left, or the acquirer closes: either way there is nobody to answer.
        }
        http.Abort();
    }
}
