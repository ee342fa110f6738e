using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;

namespace Railyard.App.Settlement.Bank;

/// <summary>Reads a file of bank statements and keeps all that it says. Repeated, it writes the same things again.</summary>
public sealed partial class ParseBankStatement(StatementBlobs blobs, BankStatementStore files, ILogger<ParseBankStatement> log)
{
    /// <summary>Whether there is anything to join; not where the file was rejected.</summary>
    [Function(nameof(ParseBankStatement))]
    public async Task<bool> Run([ActivityTrigger] FileId id, FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var file = await files.ChangeAsync(id, Begun, cancellation);
        if (file.Status != FileStatus.Parsing) return file.Rejection is null;
        var read = await ReadAsync(file, cancellation);
        if (read.Rejection is null) await files.KeepAsync(id, read, cancellation);
        var done = await files.ChangeAsync(id, found => found.Status == FileStatus.Parsing ? Done(found, read) : found, cancellation);
        Parsed(id, done.Format, done.Status, read.Lines.Count, read.Quarantined.Count);
        return done.Rejection is null;
    }

    async Task<StatementFile> ReadAsync(BankStatementFile file, CancellationToken cancellation)
    {
        var content = await blobs.Copy(file.File).DownloadContentAsync(cancellation);
        return StatementReader.Read(content.Value.Content);
    }

    static BankStatementFile Begun(BankStatementFile file) =>
        file.Status == FileStatus.Received ? file with { Status = FileStatus.Parsing } : file;

    static BankStatementFile Done(BankStatementFile file, StatementFile read) => read.Rejection is { } rejection
        ? file with { Status = FileStatus.Rejected, Rejection = rejection }
        : file with
        {
            Status = FileStatus.Matching,
            Format = read.Format,
            Statements = read.Statements.Count,
            Quarantined = read.Quarantined.Count,
            Control = StatementControl.Of(read),
        };

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{File} is read as {Format}: {Status}, {Lines} lines and {Quarantined} quarantined")]
    partial void Parsed(FileId file, StatementFormat? format, FileStatus status, int lines, int quarantined);
}
