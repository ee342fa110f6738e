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

/// <summary>
/// The same for what may bring something else later, because its file was run again: what is posted then is the difference.
/// </summary>
public interface IRestatedEntries : ICauseEntries
{
    /// <summary>What all causes of the same document have in common, whatever the run.</summary>
    string KeyOf(LedgerCause cause);

    /// <summary>What the entries follow from, in short: where it is the same, so are they. Null where only they can tell.</summary>
    Task<string?> StampAsync(LedgerCause cause, CancellationToken cancellation);

    /// <summary>The entries that there should be by now; null where a later run is under way, which will say.</summary>
    Task<IReadOnlyList<JournalEntry>?> RestatedAsync(LedgerCause cause, CancellationToken cancellation);

    /// <inheritdoc/>
    async Task<IReadOnlyList<JournalEntry>> ICauseEntries.EntriesAsync(LedgerCause cause, CancellationToken cancellation) =>
        await RestatedAsync(cause, cancellation) ?? [];
}

/// <summary>Posts what follows from files, bank lines, resolutions and payouts.</summary>
public sealed partial class PostCause(
    LedgerStore ledger, LedgerRestatement restatement, IEnumerable<ICauseEntries> known, ILogger<PostCause> log)
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
        var posted = source is IRestatedEntries restated
            ? await restatement.PostAsync(cause, restated, cancellation)
            : await ledger.PostAsync(await source.EntriesAsync(cause, cancellation), cancellation);
        Posted(cause, posted);
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

    [LoggerMessage(Level = LogLevel.Information, Message = "{Cause}: {Entries} new entries")]
    partial void Posted(LedgerCause cause, int entries);
}
