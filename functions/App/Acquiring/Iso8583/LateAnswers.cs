using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Acquiring.Iso8583;
using Railyard.Core.Payments;

namespace Railyard.App.Acquiring.Iso8583;

/// <summary>Keeps a notice until it has been acted on.</summary>
delegate Task KeepNotice(AcquirerNotice notice, CancellationToken cancellation);

/// <summary>An authorisation that was asked for, without the card.</summary>
sealed record Awaited(AttemptId Attempt, PaymentId Payment, Money Amount);

/// <summary>Makes a notice of every answer that came when nobody waited for it any more.</summary>
sealed partial class LateAnswers : IAsyncDisposable
{
    const int MostWaiting = 1_000;
    static readonly TimeSpan KeptWithin = TimeSpan.FromSeconds(30);

    readonly Channel<AcquirerNotice> heard = Channel.CreateBounded<AcquirerNotice>(MostWaiting);
    readonly AcquirerName acquirer;
    readonly KeepNotice keep;
    readonly ILogger log;
    readonly Task keeping;

    public LateAnswers(AcquirerName acquirer, KeepNotice keep, ILogger log)
    {
        (this.acquirer, this.keep, this.log) = (acquirer, keep, log);
        keeping = Task.Run(KeepAllAsync);
    }

    /// <summary>Takes the answer up; the notice is kept a moment later.</summary>
    public void Hear(object about, IsoMessage answer)
    {
        var awaited = (Awaited)about;
        if (Iso8583Answers.Late(answer, awaited.Amount) is not { } says) return;
        var notice = new AcquirerNotice
        {
            Acquirer = acquirer,
            Id = $"{awaited.Attempt}:{answer[37]}:{answer[39]}",
            RawType = $"{answer.Type}",
            Payment = awaited.Payment,
            Attempt = awaited.Attempt,
            Says = says,
        };
        // Its attempt is reversed all the same, for its outcome was unknown.
        if (!heard.Writer.TryWrite(notice)) NotKept(awaited.Payment, answer[39], "too many at once");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        heard.Writer.Complete();
        await keeping;
    }

    async Task KeepAllAsync()
    {
        await foreach (var notice in heard.Reader.ReadAllAsync()) await KeepOneAsync(notice);
    }

    async Task KeepOneAsync(AcquirerNotice notice)
    {
        try
        {
            await keep(notice, CancellationToken.None).WaitAsync(KeptWithin);
            Late(notice.Payment, notice.Says.GetType().Name);
        }
        catch (Exception fault) when (fault is not InvariantBroken)
        {
            NotKept(notice.Payment, notice.RawType, fault.GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Payment}: an answer came late: {Says}")]
    partial void Late(PaymentId payment, string says);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Payment}: a late answer ({Code}) could not be kept: {Fault}")]
    partial void NotKept(PaymentId payment, string? code, string fault);
}
