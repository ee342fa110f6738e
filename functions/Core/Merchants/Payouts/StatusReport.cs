using System.Xml;
using Railyard.Core.Settlement;

namespace Railyard.Core.Merchants.Payouts;

/// <summary>What a bank says of a file, a payment or a transfer (ISO 20022 external code set).</summary>
public enum BankStatus { Accepted, Pending, PartlyAccepted, Rejected }

/// <summary>What a bank says of one transfer; the reason in its own code and words.</summary>
public sealed record TransferStatus(string EndToEndId, BankStatus Status, string? Reason);

/// <summary>A bank's answer to a payment file: pain.002.</summary>
public sealed record StatusReport
{
    /// <summary>The message id of the file that it answers.</summary>
    public required string Message { get; init; }

    /// <summary>What it says of the file as a whole; null where it says nothing.</summary>
    public BankStatus? Group { get; init; }

    /// <summary>Why, where it refused all of it.</summary>
    public string? GroupReason { get; init; }

    /// <summary>What it says of single transfers. Those it does not name are as the file.</summary>
    public required IReadOnlyList<TransferStatus> Transfers { get; init; }

    /// <summary>The bank refused the file as a whole.</summary>
    public bool IsRefused => Group == BankStatus.Rejected;

    /// <summary>The case of a code, or null where there is no such code.</summary>
    public static BankStatus? StatusOf(string code) => code switch
    {
        "ACCP" or "ACSP" or "ACSC" or "ACTC" or "ACWC" or "ACCC" or "ACFC" or "ACWP" => BankStatus.Accepted,
        "PDNG" or "RCVD" or "PATC" => BankStatus.Pending,
        "PART" => BankStatus.PartlyAccepted,
        "RJCT" or "CANC" => BankStatus.Rejected,
        _ => null,
    };
}

/// <summary>
/// Reads a pain.002 of any version. The file comes from outside: no document type, no entities, no resolver, and bounds on
/// its length, depth and number of transfers.
/// </summary>
public static class StatusReportReader
{
    /// <summary>More characters than this is no report of ours.</summary>
    public const int MostCharacters = 64 * 1024 * 1024;

    const int MostTransfers = 200_000;
    const int DeepestNesting = 32;
    const int LongestText = 200;

    const string Root = "CstmrPmtStsRpt";

    static readonly XmlReaderSettings Strict = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MostCharacters,
        MaxCharactersFromEntities = 0,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    /// <summary>The report, or what is wrong with it.</summary>
    public static (StatusReport? Report, Fault? Fault) Read(string text)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), Strict);
            var found = new Walk(reader);
            return found.ToEnd() is { } fault ? (null, fault) : found.Conclude();
        }
        catch (XmlException)
        {
            // Its message quotes what was read.
            return (null, new Fault("document", "well-formed XML without a document type", "something else"));
        }
    }

    /// <summary>One walk through a document, which keeps what matters of where it is.</summary>
    sealed class Walk(XmlReader reader)
    {
        readonly Stack<string> path = new();
        readonly List<TransferStatus> transfers = [];

        bool isReport;
        string? message;
        Said file = new();
        Said payment = new();
        Said transfer = new();
        string? endToEnd;

        public Fault? ToEnd()
        {
            while (reader.Read())
            {
                var fault = reader.NodeType switch
                {
                    XmlNodeType.Element => Open(),
                    XmlNodeType.Text or XmlNodeType.CDATA => Text(reader.Value),
                    XmlNodeType.EndElement => Close(),
                    _ => null,
                };
                if (fault is not null) return fault;
            }
            return null;
        }

        public (StatusReport? Report, Fault? Fault) Conclude()
        {
            if (!isReport) return (null, new Fault("document", $"a pain.002 ({Root})", "another document"));
            if (message is null) return (null, new Fault("OrgnlMsgId", "the message that it answers", "nothing"));
            return (new StatusReport { Message = message, Group = file.Status, GroupReason = file.Reason, Transfers = transfers }, null);
        }

        Fault? Open()
        {
            if (path.Count == DeepestNesting) return new Fault("document", $"at most {DeepestNesting} levels", "more");
            path.Push(reader.LocalName);
            if (reader.LocalName == Root) isReport = true;
            if (reader.LocalName == "OrgnlPmtInfAndSts") payment = new();
            if (reader.LocalName == "TxInfAndSts") (transfer, endToEnd) = (new(), null);
            return reader.IsEmptyElement ? Close() : null;
        }

        Fault? Text(string text)
        {
            if (text.Length > LongestText * 10) return new Fault(path.Peek(), $"at most {LongestText * 10} characters", "more");
            switch (path.Peek())
            {
                case "OrgnlMsgId" when IsIn("OrgnlGrpInfAndSts"): message ??= text.Trim(); break;
                case "OrgnlEndToEndId": endToEnd = text.Trim(); break;
                case "GrpSts": return Status(file, text);
                case "PmtInfSts": return Status(payment, text);
                case "TxSts": return Status(transfer, text);
                case "Cd" or "Prtry" when IsIn("StsRsnInf"): Here.Add(text); break;
                case "AddtlInf" when IsIn("StsRsnInf"): Here.Add(text); break;
                default: break;
            }
            return null;
        }

        Fault? Close()
        {
            var closed = path.Pop();
            if (closed == "TxInfAndSts") return Keep();
            // A payment is the whole of our files: what is said of it is said of the file.
            if (closed == "OrgnlPmtInfAndSts" && payment.Status is not null)
                file = file.Status is null || payment.Status == BankStatus.Rejected ? payment : file;
            return null;
        }

        Fault? Keep()
        {
            if (transfers.Count == MostTransfers) return new Fault("TxInfAndSts", $"at most {MostTransfers} transfers", "more");
            if (endToEnd is null) return new Fault("OrgnlEndToEndId", "which transfer it is", "nothing");
            // Where a transfer has no status of its own, it has that of its payment.
            var status = transfer.Status ?? payment.Status ?? file.Status;
            if (status is null) return new Fault("TxSts", "a status", "nothing");
            transfers.Add(new TransferStatus(endToEnd, status.Value, transfer.Reason ?? payment.Reason));
            return null;
        }

        Said Here => IsIn("TxInfAndSts") ? transfer : IsIn("OrgnlPmtInfAndSts") ? payment : file;

        bool IsIn(string element) => path.Contains(element);

        static Fault? Status(Said said, string code)
        {
            said.Status = StatusReport.StatusOf(code.Trim());
            return said.Status is null ? new Fault("status", "a status of ISO 20022 such as ACCP or RJCT", "another code") : null;
        }
    }

    /// <summary>What is said of one thing.</summary>
    sealed class Said
    {
        public BankStatus? Status { get; set; }

        public string? Reason { get; private set; }

        public void Add(string text)
        {
            var whole = Reason is null ? text.Trim() : $"{Reason} {text.Trim()}";
            Reason = whole.Length <= LongestText ? whole : whole[..LongestText];
        }
    }
}
