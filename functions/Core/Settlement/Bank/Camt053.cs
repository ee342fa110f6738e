namespace Railyard.Core.Settlement.Bank;

/// <summary>
/// Reads ISO 20022 camt.053 of any version: what differs between them (where a status or an amount stands) is looked for in
/// either place, and no name of a version is asked for.
/// </summary>
sealed class Camt053(XmlCursor xml)
{
    const string Message = "BkToCstmrStmt";

    readonly StatementDraft draft = new(StatementFormat.Camt053);

    /// <summary>The file of that text.</summary>
    public static StatementFile Read(string text) => new Camt053(new XmlCursor(text)).Read();

    StatementFile Read()
    {
        var (isStatement, page) = (false, (XmlElement?)null);
        while (true)
        {
            var step = xml.Read();
            if (step == XmlStep.Broken) return StatementReader.Rejected(xml.Line, xml.Fault!);
            if (step == XmlStep.EndOfFile) break;
            if (step != XmlStep.Start) continue;
            if (xml.Name == Message) isStatement = true;
            else if (!isStatement && xml.Name != "Document") return NoStatement();
            else if (xml.Name == "GrpHdr") page = XmlElement.Read(xml)?.Find("MsgPgntn");
            else if (xml.Name == "Stmt" && !ReadStatement(page)) return StatementReader.Rejected(xml.Line, xml.Fault!);
        }
        return isStatement ? draft.ToFile() : NoStatement();
    }

    StatementFile NoStatement() => StatementReader.Rejected(xml.Line, new("xml", Message, StatementFields.Shown(xml.Name)));

    bool ReadStatement(XmlElement? page)
    {
        draft.Begin();
        var header = new CamtHeader(xml.Line, page);
        while (true)
        {
            switch (xml.Read())
            {
                case XmlStep.Start when xml.Name == "Ntry":
                    if (XmlElement.Read(xml) is not { } entry) return false;
                    new CamtEntry(draft, header, entry).Read();
                    break;
                case XmlStep.Start:
                    if (XmlElement.Read(xml) is not { } element) return false;
                    header.Add(element);
                    break;
                case XmlStep.End:
                    header.End(draft);
                    return true;
                case XmlStep.Text:
                    break;
                case XmlStep.EndOfFile or XmlStep.Broken:
                    return false;
            }
        }
    }
}
