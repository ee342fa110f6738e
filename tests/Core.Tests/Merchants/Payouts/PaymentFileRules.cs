using System.Globalization;
using System.Numerics;
using System.Xml.Linq;
using Railyard.Core.Merchants.Payouts;

namespace Railyard.Core.Tests.Merchants.Payouts;

/// <summary>
/// What pain.001.001.09 asks of the elements that we write, as its schema has it and banks check it: order, which must be
/// there, lengths, forms, counts and sums.
/// </summary>
static class PaymentFileRules
{
    /// <summary>An element: its children in order, whether it must be there, and what its text must be.</summary>
    sealed record Rule(string Name, bool IsRequired, Func<string, bool>? Text, params Rule[] Children)
    {
        public bool MayRepeat { get; init; }
    }

    static readonly Rule Party = One("Nm", Longest(70));
    static readonly Rule Agent = Of("FinInstnId", Perhaps("BICFI", text => Bic.Read(text) is not null), Optional("Othr", One("Id", Longest(35))));
    static readonly Rule AccountOf = Of("Id", One("IBAN", text => Iban.Read(text) is not null));

    static readonly Rule Transfer = Of(
        "CdtTrfTxInf",
        Of("PmtId", Perhaps("InstrId", Longest(35)), One("EndToEndId", Longest(35))),
        Of("Amt", One("InstdAmt", IsAmount)),
        Optional("CdtrAgt", Agent),
        Of("Cdtr", Party),
        Of("CdtrAcct", AccountOf),
        Of("RmtInf", One("Ustrd", Longest(140)))) with { MayRepeat = true };

    static readonly Rule Document = Of("Document", Of(
        "CstmrCdtTrfInitn",
        Of("GrpHdr", One("MsgId", Longest(35)), One("CreDtTm", IsMoment), One("NbOfTxs", IsCount), Perhaps("CtrlSum", IsAmount), Of("InitgPty", Party)),
        Of(
            "PmtInf",
            One("PmtInfId", Longest(35)), One("PmtMtd", text => text == "TRF"), Perhaps("NbOfTxs", IsCount), Perhaps("CtrlSum", IsAmount),
            Optional("PmtTpInf", Of("SvcLvl", One("Cd", Longest(4)))),
            Of("ReqdExctnDt", One("Dt", IsDay)), Of("Dbtr", Party), Of("DbtrAcct", AccountOf, Perhaps("Ccy", text => Currency.Find(text) is not null)),
            Of("DbtrAgt", Agent), Perhaps("ChrgBr", text => text is "SLEV" or "SHAR" or "DEBT" or "CRED"), Transfer)));

    public static IReadOnlyList<string> Broken(XDocument file)
    {
        var broken = new List<string>();
        Check(file.Root!, Document, broken);
        CheckSums(file, broken);
        return broken;
    }

    static void Check(XElement element, Rule rule, List<string> broken)
    {
        if (element.Name != XName.Get(rule.Name, PaymentFile.Namespace)) broken.Add($"{element.Name} is no {rule.Name}");
        if (rule.Text is { } isRight && !(isRight(element.Value) && SepaText.Has(element.Value))) broken.Add($"{rule.Name}: {element.Value}");
        var children = element.Elements().ToList();
        var place = 0;
        foreach (var child in rule.Children)
        {
            var count = 0;
            while (place < children.Count && children[place].Name.LocalName == child.Name && (count == 0 || child.MayRepeat))
            {
                Check(children[place++], child, broken);
                count++;
            }
            if (count == 0 && child.IsRequired) broken.Add($"{rule.Name} has no {child.Name} in its place");
        }
        if (place < children.Count) broken.Add($"{children[place].Name.LocalName} has no place in {rule.Name}");
    }

    static void CheckSums(XDocument file, List<string> broken)
    {
        XNamespace pain = PaymentFile.Namespace;
        var amounts = file.Descendants(pain + "InstdAmt").ToList();
        var sum = amounts.Aggregate(BigInteger.Zero, (total, amount) => total + Scaled(amount.Value));
        if (file.Descendants(pain + "NbOfTxs").Any(count => count.Value != $"{amounts.Count}")) broken.Add("NbOfTxs");
        if (file.Descendants(pain + "CtrlSum").Any(control => Scaled(control.Value) != sum)) broken.Add("CtrlSum");
        if (amounts.Select(amount => amount.Attribute("Ccy")?.Value).Distinct().Count() != 1) broken.Add("Ccy");
        var ids = file.Descendants(pain + "EndToEndId").Select(id => id.Value).ToList();
        if (ids.Distinct().Count() != ids.Count) broken.Add("EndToEndId");
    }

    static BigInteger Scaled(string amount)
    {
        var parts = amount.Split('.');
        return BigInteger.Parse(parts[0] + (parts.Length > 1 ? parts[1] : "").PadRight(5, '0'), CultureInfo.InvariantCulture);
    }

    static Rule Of(string name, params Rule[] children) => new(name, IsRequired: true, null, children);

    static Rule Optional(string name, params Rule[] children) => new(name, IsRequired: false, null, children);

    static Rule One(string name, Func<string, bool> text) => new(name, IsRequired: true, text);

    static Rule Perhaps(string name, Func<string, bool> text) => new(name, IsRequired: false, text);

    static Func<string, bool> Longest(int length) => text => text.Length > 0 && text.Length <= length;

    static bool IsAmount(string text) =>
        text.Count(char.IsAsciiDigit) <= 18 && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount > 0;

    static bool IsCount(string text) => text.Length <= 15 && text.All(char.IsAsciiDigit);

    static bool IsMoment(string text) =>
        DateTime.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    static bool IsDay(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
