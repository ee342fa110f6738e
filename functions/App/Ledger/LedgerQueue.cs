using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Messaging.ServiceBus;

namespace Railyard.App.Ledger;

/// <summary>What the ledger follows from besides the events of payments.</summary>
public enum LedgerSource
{
    /// <summary>A group of a settlement file's shards that has been joined.</summary>
    SettlementGroup,

    /// <summary>A settlement file whose shards are all in: what its batches charged, held and paid out.</summary>
    SettlementFile,

    /// <summary>A line of a bank statement that was matched.</summary>
    BankLine,

    /// <summary>A discrepancy that somebody resolved.</summary>
    Resolution,

    /// <summary>A payout to a merchant that moved on.</summary>
    Payout,
}

/// <summary>
/// Where the cause of journal entries is kept. It is a pointer, so that a message holds no amount that could differ from
/// what was decided; the same cause sent again is the same message.
/// </summary>
/// <param name="Source">What it is.</param>
/// <param name="Partition">Its partition: the file, the acquirer, the merchant.</param>
/// <param name="Id">Its document there; where it moves through stages, with the stage.</param>
public sealed record LedgerCause(LedgerSource Source, string Partition, string Id)
{
    const char BeforeRun = '@';

    /// <summary>The cause of a document that a run of its file has written: of another run it is another message.</summary>
    public static LedgerCause Of(LedgerSource source, string partition, string id, int run) =>
        new(source, partition, $"{id}{BeforeRun}{run}");

    /// <summary>The id without the run.</summary>
    [JsonIgnore]
    public string Document => Id.Split(BeforeRun)[0];
}

/// <summary>Where causes wait for the ledger.</summary>
public sealed class LedgerQueue(ServiceBusClient bus)
{
    /// <summary>The queue.</summary>
    public const string Name = "ledger-postings";

    // All that is sent together must fit into one message of the broker's.
    const int MostAtOnce = 100;

    readonly ServiceBusSender sender = bus.CreateSender(Name);

    /// <summary>Sends causes whose documents have been written.</summary>
    internal async Task SendAsync(IEnumerable<LedgerCause> causes, CancellationToken cancellation)
    {
        foreach (var some in causes.Chunk(MostAtOnce)) await sender.SendMessagesAsync(some.Select(Message), cancellation);
    }

    static ServiceBusMessage Message(LedgerCause cause) =>
        new(JsonSerializer.SerializeToUtf8Bytes(cause, Json.Storage))
        {
            MessageId = $"{Json.Word(cause.Source)}:{cause.Partition}:{cause.Id}",
            Subject = Json.Word(cause.Source),
            ContentType = "application/json",
        };
}
