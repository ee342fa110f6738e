using System.Reflection;
using System.Runtime.CompilerServices;
using Railyard.Core.Payments;

namespace Railyard.Core.Tests.Architecture;

/// <summary>The closed unions of Core: abstract records whose cases are nested in them.</summary>
static class ClosedUnions
{
    public static IEnumerable<Type> All =>
        typeof(Money).Assembly.GetTypes().Where(type => type.IsAbstract && !type.IsSealed && type.IsClass);

    public static IEnumerable<Type> Cases(Type union) => union.GetNestedTypes().Where(type => type.IsSubclassOf(union));
}

public sealed class ClosedUnionsTests
{
    [Fact]
    public void Every_abstract_record_is_closed_and_its_cases_are_sealed()
    {
        foreach (var union in ClosedUnions.All)
        {
            Assert.NotEmpty(ClosedUnions.Cases(union));
            Assert.All(ClosedUnions.Cases(union), one => Assert.True(one.IsSealed, $"{one} is not sealed"));
            Assert.All(
                union.GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public),
                constructor => Assert.True(constructor.IsPrivate || IsCopy(constructor), $"{union} can be derived from outside"));
        }
    }

    [Fact]
    public void Every_event_has_a_name_of_its_own_kind()
    {
        var operation = new ConfirmedOperation(new("cap_1"), 1.Eur(), A.Northbank, "psp1", "psp2");
        var events = ClosedUnions.Cases(typeof(PaymentEvent)).Select(type => Make(type, operation)).ToList();

        Assert.All(events, one => Assert.Matches("^payment\\.[a-z_]+$", one.Name));
    }

    static PaymentEvent Make(Type type, ConfirmedOperation operation)
    {
        var empty = (PaymentEvent)RuntimeHelpers.GetUninitializedObject(type);
        type.GetProperty("Operation", typeof(ConfirmedOperation))?.SetValue(empty, operation);
        return empty;
    }

    static bool IsCopy(ConstructorInfo constructor) =>
        constructor.GetParameters() is [var only] && only.ParameterType == constructor.DeclaringType;
}
