using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Railyard.App;
using Railyard.App.Reconciliation;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;
using Railyard.Local.Cosmos;

namespace Railyard.Benchmarks.Settlement;

/// <summary>Expectations as captures would have left them, written straight to the database.</summary>
static class SeededExpectations
{
    const int PerBatch = 100;
    const int BatchesAtOnce = 8;

    static readonly AcquirerName Acquirer = new("northbank");
    static readonly DateTimeOffset Captured = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset Due = Captured.AddHours(2);

    /// <summary>Writes what the lines of <see cref="SettlementFiles"/> settle.</summary>
    public static async Task WriteAsync(Uri cosmos, int lines)
    {
        using var client = new CosmosClient(cosmos.ToString(), CosmosEndpoint.AccountKey, new CosmosClientOptions
        {
            ConnectionMode = ConnectionMode.Gateway, LimitToEndpoint = true,
        });
        var container = client.GetContainer("railyard", "expectations");
        var batches = Enumerable.Range(0, lines).Select(Of).Select(ExpectationDocument.Of)
            .GroupBy(document => document.Shard)
            .SelectMany(shard => shard.Chunk(PerBatch));
        await Parallel.ForEachAsync(
            batches, new ParallelOptions { MaxDegreeOfParallelism = BatchesAtOnce }, async (batch, _) => await CreateAsync(container, batch));
    }

    static async Task CreateAsync(Container container, ExpectationDocument[] documents)
    {
        var batch = container.CreateTransactionalBatch(new PartitionKey(documents[0].Shard));
        foreach (var document in documents)
            batch.CreateItemStream(new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(document, Json.Storage)));
        using var answer = await batch.ExecuteAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidDataException($"Seeding was answered with {answer.StatusCode}.");
    }

    static Expectation Of(int number)
    {
        var operation = new OperationId($"cap_{number:d32}");
        var (reference, modification) = (SettlementFiles.ReferenceOf(number), $"M{number:d15}");
        return new()
        {
            Id = Expectation.IdOf(Acquirer, reference, LineKind.Payment, modification, operation),
            Acquirer = Acquirer,
            AcquirerReference = reference,
            ModificationReference = modification,
            Kind = LineKind.Payment,
            Merchant = new MerchantId("mer_sandbox"),
            Payment = new PaymentId($"pay_{number:d32}"),
            Operation = operation,
            Amount = new Money(SettlementFiles.ExpectedCentsOf(number), Currency.Of("EUR")),
            BookedAt = Captured,
            OverdueAfter = Due,
            State = new ExpectationState.Open(),
        };
    }
}
