using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.Core.Ledger;

namespace Railyard.App.Ledger;

/// <summary>Reads the documents of one kind of cause, and says which entries follow. Asked again, it says the same.</summary>
public interface ICauseEntries
{
    /// <summary>The kind of cause.</summary>
    LedgerSource Source { get; }

    /// <summary>The entries of a cause; it throws where the document cannot be read yet, and is asked again.</summary>
    Task<IReadOnlyList<JournalEntry>> EntriesAsync(LedgerCause cause, CancellationToken cancellation);
}

/// <summary>Posts what follows from files, bank lines, resolutions and payouts.</summary>
public sealed partial class PostCause(LedgerStore ledger, IEnumerable<ICauseEntries> known, ILogger<PostCause> log)
{
    readonly Dictionary<LedgerSource, ICauseEntries> bySource = known.ToDictionary(one => one.Source);

    [Function(nameof(PostCause))]
    public async Task Run(
        [ServiceBusTrigger(LedgerQueue.Name, AutoCompleteMessages = false, Connection = "ServiceBus")] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        if (Read(message) is not { } cause || !bySource.TryGetValue(cause.Source, out var source))
        {
            await actions.DeadLetterMessageAsync(
                message, null, "unknown_cause", "It names no document that the ledger can post from.", cancellation);
            return;
        }
        var entries = await source.EntriesAsync(cause, cancellation);
        var posted = await ledger.PostAsync(entries, cancellation);
        Posted(cause, entries.Count, posted);
        await actions.CompleteMessageAsync(message, cancellation);
    }

    static LedgerCause? Read(ServiceBusReceivedMessage message)
    {
        try
        {
            return message.Body.ToObjectFromJson<LedgerCause>(Json.Storage);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Cause}: {Entries} entries, {Posted} of them new")]
    partial void Posted(LedgerCause cause, int entries, int posted);
}
