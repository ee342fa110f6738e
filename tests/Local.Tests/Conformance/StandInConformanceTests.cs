using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Railyard.Local.Durable;
using Railyard.Local.ServiceBus;

namespace Railyard.Local.Tests.Conformance;

public sealed class StandInConformanceTests
{
    public static TheoryData<string> StandInAssemblies =>
        [.. new[] { typeof(FunctionContext), typeof(DurableEngine), typeof(Broker) }.Select(
            type => type.Assembly.GetName().Name!)];

    [Theory]
    [MemberData(nameof(StandInAssemblies))]
    public void A_stand_in_offers_nothing_that_the_official_assembly_does_not(string assembly)
    {
        var official = OfficialApi.Load();
        Assert.SkipWhen(official is null, "The lists of the official API (../shared/api) are not here.");

        var standIns = OurApi.StandIns(Assembly.Load(assembly)).ToArray();
        var differences = standIns.SelectMany(type => Differences(type, official!)).ToArray();

        Assert.NotEmpty(standIns);
        Assert.True(differences.Length == 0, string.Join(Environment.NewLine, differences));
    }

    [Fact]
    public void A_line_that_is_not_official_is_found()
    {
        var official = OfficialApi.Load();
        Assert.SkipWhen(official is null, "The lists of the official API (../shared/api) are not here.");

        var differences = Differences(typeof(StandInConformanceTests), official!);

        Assert.NotEmpty(differences);
    }

    static IEnumerable<string> Differences(Type type, OfficialApi official)
    {
        var declaration = OurApi.Declaration(type);
        if (official.Find(declaration) is not { } counterpart)
        {
            yield return $"not official: {declaration}";
            yield break;
        }
        foreach (var parent in OurApi.Parents(type).Except(counterpart.Parents))
            yield return $"{declaration} derives from {parent}, which it officially does not";
        if (AttributeUse.Of(type) is { } ours && ours != AttributeUse.Parse(counterpart.Usage))
            yield return $"{declaration} is used as {ours}, officially as {AttributeUse.Parse(counterpart.Usage)}";
        foreach (var (name, line) in OurApi.Members(type).Where(member => !official.HasMember(member.Line)))
        {
            yield return $"not official: {line}";
            foreach (var other in official.MembersNamed(name)) yield return $"    officially: {other}";
        }
    }
}
