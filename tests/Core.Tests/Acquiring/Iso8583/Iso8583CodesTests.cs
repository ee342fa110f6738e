using Railyard.Core.Acquiring.Iso8583;
using Railyard.Core.Payments;

namespace Railyard.Core.Tests.Acquiring.Iso8583;

public sealed class Iso8583CodesTests
{
    // What neither the standard nor a scheme has given a meaning: reserved for national or private use.
    static readonly int[] Reserved = [45, 47, 48, 49, 50, 69, 73, 97, 98, 99];

    static readonly string[] Lettered =
    [
        "1A", "5C", "6P", "9G", "B1", "N0", "N3", "N4", "N5", "N7", "N8", "P5", "P6", "Q1", "R0", "R1", "R2", "R3", "XA", "XD",
        "Z1", "Z3", "Z5",
    ];

    [Fact]
    public void Every_documented_code_is_there() =>
        Assert.Equal(
            Enumerable.Range(0, 100).Except(Reserved).Select(code => $"{code:00}").Concat(Lettered).Order(StringComparer.Ordinal),
            Iso8583Codes.All.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void What_approves_and_what_leaves_it_open_is_few()
    {
        Assert.Equal(["00", "08", "11", "16", "85"], Codes<IsoVerdict.Approved>());
        Assert.Equal(["10", "87"], Codes<IsoVerdict.ApprovedInPart>());
        Assert.Equal(["09", "32", "68", "94"], Codes<IsoVerdict.Unknown>());
    }

    [Theory]
    [InlineData("1A", DeclineClass.Authenticate)]
    [InlineData("65", DeclineClass.Authenticate)]
    [InlineData("51", DeclineClass.Issuer)]
    [InlineData("61", DeclineClass.Issuer)]
    [InlineData("91", DeclineClass.Technical)]
    [InlineData("96", DeclineClass.Technical)]
    [InlineData("54", DeclineClass.FixDetails)]
    [InlineData("N7", DeclineClass.FixDetails)]
    [InlineData("04", DeclineClass.Hard)]
    [InlineData("14", DeclineClass.Hard)]
    [InlineData("41", DeclineClass.Hard)]
    [InlineData("43", DeclineClass.Hard)]
    [InlineData("46", DeclineClass.Hard)]
    [InlineData("R1", DeclineClass.Hard)]
    [InlineData("05", DeclineClass.Generic)]
    [InlineData("03", DeclineClass.Configuration)]
    [InlineData("58", DeclineClass.Configuration)]
    [InlineData("30", DeclineClass.Configuration)]
    public void A_refusal_is_of_the_class_that_the_schemes_rules_give_it(string code, DeclineClass expected) =>
        Assert.Equal(expected, Assert.IsType<IsoVerdict.Declined>(Iso8583Codes.Find(code).Verdict).Code.Class());

    [Theory]
    [InlineData("45")]
    [InlineData("ZZ")]
    [InlineData("")]
    public void A_code_that_is_not_documented_is_a_refusal_all_the_same(string code) =>
        Assert.Equal(new IsoVerdict.Declined(DeclineCode.DoNotHonor), Iso8583Codes.Find(code).Verdict);

    static IEnumerable<string> Codes<TVerdict>() =>
        Iso8583Codes.All.Values.Where(one => one.Verdict is TVerdict).Select(one => one.Code).Order(StringComparer.Ordinal);
}
