using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers;

/// <summary>How an API behaves around its calls, whatever they ask for.</summary>
sealed record Manners
{
    public required int LongestKey { get; init; }
    public required Answer KeyTooLong { get; init; }

    /// <summary>To the twin of a call that is not over.</summary>
    public required Answer Underway { get; init; }
    public required Answer Internal { get; init; }
    public required Answer Unavailable { get; init; }

    /// <summary>To another call under a key that is used; null where nobody compares them.</summary>
    public Answer? KeyReused { get; init; }

    /// <summary>Whether a key counts for its path only, rather than for the whole account.</summary>
    public bool AreKeysPerPath { get; init; } = true;

    /// <summary>Whether an internal error is kept like any answer: then every repeat gets it, whatever was booked.</summary>
    public bool KeepsErrors { get; init; }

    /// <summary>Set to true on an answer that was kept.</summary>
    public string? ReplayedHeader { get; init; }
}

/// <summary>What a call asks of the book, and what goes wrong around it.</summary>
/// <param name="Fingerprint">Of all that was sent, where the API compares it.</param>
sealed record Asked(string Account, Fault Scripted, Func<Entries, Answer> Work, string? Fingerprint = null);

/// <summary>
/// Takes one call through the book: a repeat gets the kept answer, a twin of a call underway is turned away,
/// and the scripted fault strikes where it should.
/// </summary>
sealed class CallDesk(Book book, Manners manners, TimeProvider time, CancellationToken closing)
{
    static readonly TimeSpan Slowness = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);
    const string KeyHeader = "Idempotency-Key";
    const string Maintenance =
        "<!doctype html><html><head><title>Maintenance</title></head>" +
        "<body><h1>We will be back soon</h1><p>This service is under maintenance.</p></body></html>";

    readonly ConcurrentDictionary<RepeatKey, bool> underway = new();

    public async Task AnswerAsync(HttpContext http, Asked asked)
    {
        var given = http.Request.Headers[KeyHeader].ToString();
        if (given.Length > manners.LongestKey)
        {
            await SendAsync(http, manners.KeyTooLong);
            return;
        }
        var path = manners.AreKeysPerPath ? http.Request.Path.ToString() : "";
        var key = given.Length == 0 ? null : new RepeatKey(asked.Account, path, given);
        if (key is not null) http.Response.Headers[KeyHeader] = key.Key;
        if (key is not null && !underway.TryAdd(key, true))
        {
            await SendAsync(http, manners.Underway);
            return;
        }
        var (answer, fault) = await BookAsync(http, key, asked);
        await LeaveAsync(http, answer, fault);
    }

    public static Task SendAsync(HttpContext http, Answer answer)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = "application/json";
        var body = Encoding.UTF8.GetBytes(answer.Body);
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    /// <summary>Says nothing until the caller has left.</summary>
    public async Task StaySilentAsync(HttpContext http)
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

    // The caller may have hung up long ago: what was asked for is done all the same, as at a real acquirer.
    async Task<(Answer? Answer, Fault Fault)> BookAsync(HttpContext http, RepeatKey? key, Asked asked)
    {
        try
        {
            var earlier = book.Find(key);
            if (earlier is Earlier.Answered kept) return (Again(http, kept, asked), FaultOfRepeat(asked));
            var fault = earlier is Earlier.Lost ? Fault.None : asked.Scripted;
            if (fault.StrikesBeforeBooking())
            {
                if (key is not null) await book.NoteLostAsync(key);
                return (null, fault);
            }
            if (fault == Fault.Slow) await Task.Delay(Slowness, time, closing);
            var isTold = fault is Fault.None or Fault.Slow;
            var instead = manners.KeepsErrors && fault == Fault.ErrorAfterBooking ? manners.Internal : null;
            return (await book.AnswerOnceAsync(new Keeping(key, asked.Fingerprint, instead), asked.Work, isTold), fault);
        }
        finally
        {
            if (key is not null) underway.TryRemove(key, out _);
        }
    }

    Answer Again(HttpContext http, Earlier.Answered kept, Asked asked)
    {
        if (manners.KeyReused is { } reused && kept.Fingerprint != asked.Fingerprint) return reused;
        if (manners.ReplayedHeader is { } header) http.Response.Headers[header] = "true";
        return kept.Answer;
    }

    static Fault FaultOfRepeat(Asked asked) => asked.Scripted == Fault.SilentForGood ? asked.Scripted : Fault.None;

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
                await SendAsync(http, manners.Internal);
                return;
            case Fault.ErrorBeforeBooking:
                await SendAsync(http, manners.Unavailable);
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
}
