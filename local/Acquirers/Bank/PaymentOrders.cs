using System.Globalization;
using System.Xml.Linq;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Railyard.Local.Acquirers.Settlement;

namespace Railyard.Local.Acquirers.Bank;

/// <summary>A credit transfer that the account's owner has ordered.</summary>
sealed record PaymentOrder(string EndToEndId, Amount Amount, string Payee);

/// <summary>Takes what has been ordered since it was asked last.</summary>
delegate Task TakeOrders(BankBook book, CancellationToken cancellation);

/// <summary>The blob container in which the account's owner leaves pain.001 files for the bank.</summary>
sealed class PaymentOrders(AcquirersOptions acquirers)
{
    const string Container = "payouts-outbox";

    const int MostFiles = 10_000;

    /// <summary>Takes the orders of every file that has not been taken.</summary>
    public async Task TakeAsync(BankBook book, CancellationToken cancellation)
    {
        await ReportInbox.StartedAsync(acquirers, cancellation);
        var container = new BlobContainerClient(acquirers.BlobConnectionString, Container);
        foreach (var name in (await NamesAsync(container, cancellation)).Where(name => !book.Has(name)))
        {
            var content = await container.GetBlobClient(name).DownloadContentAsync(cancellation);
            await book.OrderAsync(name, Read(content.Value.Content.ToString()));
        }
    }

    /// <summary>The orders of a pain.001 file.</summary>
    internal static IReadOnlyList<PaymentOrder> Read(string content)
    {
        var file = XDocument.Parse(content);
        var space = file.Root!.Name.Namespace;
        return [.. file.Descendants(space + "CdtTrfTxInf").Select(transfer => Read(transfer, space))];
    }

    static PaymentOrder Read(XElement transfer, XNamespace space)
    {
        var amount = transfer.Descendants(space + "InstdAmt").Single();
        var currency = amount.Attribute("Ccy")!.Value;
        var minorUnits = decimal.Parse(amount.Value, CultureInfo.InvariantCulture) * MinorUnits.OneMajor(currency);
        return new(
            transfer.Descendants(space + "EndToEndId").Single().Value,
            new Amount((long)minorUnits, currency),
            transfer.Element(space + "Cdtr")!.Element(space + "Nm")!.Value);
    }

    static async Task<List<string>> NamesAsync(BlobContainerClient container, CancellationToken cancellation)
    {
        var names = new List<string>();
        try
        {
            await foreach (var blob in container.GetBlobsAsync(cancellationToken: cancellation))
                if (names.Count < MostFiles) names.Add(blob.Name);
        }
        catch (RequestFailedException fault) when (fault.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // Nobody has ordered anything yet.
        }
        return names;
    }
}
