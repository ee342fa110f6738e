using System.Collections.Concurrent;
using System.Reflection;
using Railyard.App.Tests.Operations;
using Xunit.Sdk;
using Xunit.v3;

[assembly: NoteTest]
[assembly: TestCollectionOrderer(typeof(LastOfAll))]

namespace Railyard.App.Tests.Operations;

/// <summary>
/// What the document says of an answer is true only if somebody was answered so: when the whole assembly has run, every
/// status and every code of every operation was met, without exception.
/// </summary>
[Collection(LastOfAll.Name)]
public sealed class EveryAnswerTests
{
    // The first is slow, so that runs may leave it out; nothing is answered in it alone.
    static readonly Type[] NotNeeded = [typeof(KillTests), typeof(EveryAnswerTests)];

    [Fact]
    public void Every_status_and_code_of_every_operation_was_met_in_this_run()
    {
        var left = NoteTestAttribute.All.Except(NoteTestAttribute.Begun)
            .Where(test => !NotNeeded.Contains(test.DeclaringType))
            .Select(test => $"{test.DeclaringType!.Name}.{test.Name}").ToList();
        Assert.SkipWhen(left.Count > 0, $"A part of the assembly runs, without {left.Count} tests such as {left.FirstOrDefault()}.");

        var unmet = Way.Documented.Except(Answered.Ways).Select(way => way.ToString()).Order(StringComparer.Ordinal).ToList();

        Assert.True(unmet.Count == 0, $"{unmet.Count} ways to answer are documented and were not met:\n{string.Join('\n', unmet)}");
    }
}

/// <summary>Runs after everything else: what must not run beside others comes last, and this is the last of these.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LastOfAll : ITestCollectionOrderer
{
    public const string Name = "last of all";

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName == Name)];
}

/// <summary>Notes which tests were begun in this run.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class NoteTestAttribute : BeforeAfterTestAttribute
{
    static readonly ConcurrentDictionary<MethodInfo, byte> Noted = [];

    /// <summary>The tests that were begun.</summary>
    public static IEnumerable<MethodInfo> Begun => Noted.Keys;

    /// <summary>The tests of a whole run.</summary>
    public static IEnumerable<MethodInfo> All =>
        from type in typeof(NoteTestAttribute).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
        where method.GetCustomAttributes<FactAttribute>().Any(fact => fact.Skip is null && !fact.Explicit)
        select method;

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => Noted.TryAdd(methodUnderTest, 0);
}
