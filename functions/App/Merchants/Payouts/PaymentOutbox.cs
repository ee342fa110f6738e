using System.Text;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Railyard.App.Settlement;
using Railyard.App.Settlement.Bank;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Reconciliation.Bank;

namespace Railyard.App.Merchants.Payouts;

/// <summary>Our accounts that merchants are paid from, by currency, as configured under <c>Payouts:accounts</c>.</summary>
public sealed class DebtorAccounts
{
    readonly Dictionary<string, DebtorAccount> byCurrency;
    readonly Dictionary<string, string?> statements;

    /// <exception cref="InvalidOperationException">One of them cannot be.</exception>
    public DebtorAccounts(IConfiguration configuration)
    {
        var sections = configuration.GetSection("Payouts:accounts").GetChildren().ToList();
        byCurrency = sections.ToDictionary(KnownCurrency, Account, StringComparer.Ordinal);
        statements = sections.ToDictionary(section => section.Key, section => section["statements"], StringComparer.Ordinal);
    }

    /// <summary>The account by the name under which its statements come: the setting <c>statements</c>, or main.</summary>
    internal BankAccountName StatementsOf(Currency currency) =>
        new(statements.GetValueOrDefault(currency.Code) ?? BankAccounts.Main);

    /// <summary>The account for payouts of a currency, or null.</summary>
    internal DebtorAccount? Find(Currency currency) => byCurrency.GetValueOrDefault(currency.Code);

    static string KnownCurrency(IConfigurationSection section) => Currency.Find(section.Key) is not null
        ? section.Key
        : throw new InvalidOperationException($"{section.Path}: {section.Key} is no ISO 4217 code in capitals.");

    static DebtorAccount Account(IConfigurationSection section)
    {
        var name = section["name"] is { Length: > 0 } text ? text : throw new InvalidOperationException($"{section.Path}:name is missing.");
        var iban = Iban.Read(section["iban"] ?? "") ?? throw new InvalidOperationException($"{section.Path}:iban is no IBAN.");
        var bic = section["bic"] is { Length: > 0 } code
            ? Bic.Read(code) ?? throw new InvalidOperationException($"{section.Path}:bic is no BIC.")
            : (Bic?)null;
        return new DebtorAccount(name, iban, bic);
    }
}

/// <summary>Where the bank's transport takes our files from, and where its answers are kept.</summary>
public sealed class PaymentOutbox(BlobServiceClient blobs)
{
    /// <summary>Files for the bank, as {currency}/{message}.xml.</summary>
    public const string Container = "payouts-outbox";

    const string Reports = "payout-reports";

    /// <summary>Writes a file piece by piece; one of that name is the same file and stays. Its name.</summary>
    internal async Task<string> WriteAsync(Currency currency, string message, PaymentFile file, CancellationToken cancellation)
    {
        var name = $"{currency}/{message}.xml";
        await using var content = new PiecesStream(file.Write());
        await SettlementBlobs.TryWriteAsync(blobs.GetBlobContainerClient(Container).GetBlobClient(name), content, cancellation);
        return name;
    }

    /// <summary>Keeps an answer of the bank for good; false where there is another one of that name.</summary>
    internal async Task<bool> TryKeepAsync(string name, byte[] content, CancellationToken cancellation)
    {
        var blob = blobs.GetBlobContainerClient(Reports).GetBlobClient(name);
        using var stream = new MemoryStream(content);
        if (await SettlementBlobs.TryWriteAsync(blob, stream, cancellation)) return true;
        var there = await blob.DownloadContentAsync(cancellation);
        return there.Value.Content.ToMemory().Span.SequenceEqual(content);
    }
}

/// <summary>Pieces of text as one stream of UTF-8, of which no more than a piece is in memory.</summary>
sealed class PiecesStream(IEnumerable<string> pieces) : ForwardStream
{
    readonly IEnumerator<string> pieces = pieces.GetEnumerator();
    ReadOnlyMemory<byte> left;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (left.IsEmpty)
        {
            if (!pieces.MoveNext()) return 0;
            left = Encoding.UTF8.GetBytes(pieces.Current);
        }
        var taken = Math.Min(left.Length, buffer.Length);
        left.Span[..taken].CopyTo(buffer);
        left = left[taken..];
        return taken;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) pieces.Dispose();
        base.Dispose(disposing);
    }
}
