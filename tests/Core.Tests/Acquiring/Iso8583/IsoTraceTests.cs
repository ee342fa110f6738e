using CsCheck;
using Railyard.Core.Acquiring.Iso8583;

namespace Railyard.Core.Tests.Acquiring.Iso8583;

public sealed class IsoTraceTests
{
    static readonly Gen<DateTimeOffset> Time = Gen.Select(Gen.Int[0, 2_000_000_000], Gen.Int[-12, 12])
        .Select((seconds, hours) => A.Moment.AddSeconds(seconds).ToOffset(TimeSpan.FromHours(hours)));

    static readonly Gen<string> Id = Gen.Guid.Select(guid => $"att_{guid:N}_1");

    [Fact]
    public void The_same_id_and_time_give_the_same_trace() =>
        Gen.Select(Id, Time).Sample((id, at) => Assert.Equal(IsoTrace.Of(id, at), IsoTrace.Of(id, at.ToUniversalTime())));

    [Fact]
    public void Every_trace_fits_its_elements() =>
        Gen.Select(Id, Time).Sample((id, at) =>
        {
            var trace = IsoTrace.Of(id, at);

            Assert.NotEqual("000000", trace.Stan);
            new IsoMessage(MessageType.AuthorisationRequest)
                .With(7, trace.TransmissionTime).With(11, trace.Stan).With(12, trace.LocalTime).With(13, trace.LocalDate)
                .With(37, trace.Reference);
        });

    [Fact]
    public void Ids_that_differ_have_references_that_differ()
    {
        var references = Enumerable.Range(0, 100_000).Select(i => IsoTrace.Of($"att_{i}_1", A.Moment).Reference);

        Assert.Equal(100_000, references.Distinct().Count());
    }

    [Fact]
    public void What_undoes_a_transaction_has_its_reference_and_a_number_of_its_own()
    {
        var trace = IsoTrace.Of("att_1_1", A.Moment);

        Assert.Equal(trace.Reference, trace.Undone().Reference);
        Assert.NotEqual(trace.Stan, trace.Undone().Stan);
        Assert.Equal(trace.Undone(), trace.Undone());
    }

    [Fact]
    public void Times_are_UTC()
    {
        var trace = IsoTrace.Of("att_1_1", new DateTimeOffset(2026, 11, 25, 1, 2, 3, TimeSpan.FromHours(2)));

        Assert.Equal(("1124230203", "230203", "1124"), (trace.TransmissionTime, trace.LocalTime, trace.LocalDate));
    }
}
