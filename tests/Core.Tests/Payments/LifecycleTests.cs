using System.Text;
using System.Text.Json;
using Railyard.Core.Payments;
using Railyard.Core.Tests.Architecture;

namespace Railyard.Core.Tests.Payments;

public sealed class LifecycleTests
{
    static readonly IReadOnlyList<Type> EventTypes = [.. ClosedUnions.Cases(typeof(PaymentEvent))];

    [Fact]
    public void Every_pair_of_status_and_event_leads_where_the_table_says_or_is_refused()
    {
        foreach (var status in Enum.GetValues<PaymentStatus>())
        {
            foreach (var type in EventTypes)
            {
                var listed = Lifecycle.Transitions.SingleOrDefault(edge => edge.From == status && edge.Event == type);

                var expected = Lifecycle.Anywhere.Contains(type) ? status : listed?.To;
                Assert.Equal(expected, Lifecycle.After(status, type));
            }
        }
    }

    [Fact]
    public void Every_event_but_the_first_has_an_edge() =>
        Assert.Equal(
            EventTypes.Where(type => type != typeof(PaymentEvent.Created)).Order(ByName),
            Lifecycle.Transitions.Select(edge => edge.Event).Distinct().Concat(Lifecycle.Anywhere).Order(ByName));

    [Fact]
    public void Every_status_can_be_reached()
    {
        var reached = new HashSet<PaymentStatus> { Lifecycle.Initial };
        for (var round = 0; round < Enum.GetValues<PaymentStatus>().Length; round++)
            reached.UnionWith(Lifecycle.Transitions.Where(edge => reached.Contains(edge.From)).Select(edge => edge.To).ToList());

        Assert.Equal(Enum.GetValues<PaymentStatus>().Order(), reached.Order());
    }

    [Fact]
    public void Nothing_happens_to_a_payment_that_is_declined() =>
        Assert.DoesNotContain(Lifecycle.Transitions, edge => edge.From == PaymentStatus.Declined);

    [Fact]
    public void A_payment_that_is_voided_only_lives_on_where_the_acquirer_did_not_release_it() =>
        Assert.Equal(
            [typeof(PaymentEvent.VoidUndone)],
            Lifecycle.Transitions.Where(edge => edge is { From: PaymentStatus.Voided, To: not PaymentStatus.Voided })
                .Select(edge => edge.Event));

    [Fact]
    public void An_event_without_an_edge_is_our_own_fault()
    {
        var authorized = A.Payment().Authorized();

        Assert.Throws<InvariantBroken>(() => authorized.With(new PaymentEvent.Refused(DeclineCode.DoNotHonor), A.Moment));
    }

    [Fact]
    public void The_diagram_of_the_README_is_the_table()
    {
        var drawn = Draw();

        Assert.Equal(Repository.Approved("payment-lifecycle.mmd", drawn), drawn);
        Assert.Contains(drawn.TrimEnd(), Repository.Read("README.md"), StringComparison.Ordinal);
    }

    static string Draw()
    {
        var lines = new StringBuilder("stateDiagram-v2\n");
        lines.Append($"    [*] --> {Word(Lifecycle.Initial)}: created\n");
        foreach (var edges in Lifecycle.Transitions.GroupBy(edge => (edge.From, edge.To)))
        {
            var events = string.Join(", ", edges.Select(edge => Word(edge.Event.Name)));
            lines.Append($"    {Word(edges.Key.From)} --> {Word(edges.Key.To)}: {events}\n");
        }
        return lines.ToString();
    }

    static string Word<T>(T name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name!.ToString()!);

    static readonly IComparer<Type> ByName =
        Comparer<Type>.Create((one, other) => string.CompareOrdinal(one.Name, other.Name));
}
