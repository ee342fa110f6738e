using Railyard.App.Operations;
using Railyard.App.Tests.Merchants;

namespace Railyard.App.Tests.Operations;

/// <summary>What the document shows as a request is one: sent as it stands, it is answered as the document says.</summary>
public sealed class ExamplesTests(RunningRailyard railyard)
{
    // What others call proves who it is by a signature that no example can have.
    const string CalledByOthers = "Acquirers and cardholders";

    public static TheoryData<string> Operations() =>
        [.. Contract.Document.Operations.Where(one => one.Tag != CalledByOthers).Select(one => one.Id)];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task The_examples_of_an_operation_are_answered_with_its_success(string id)
    {
        var operation = Contract.Document.Operations.Single(one => one.Id == id);
        var examples = operation.Bodies.SelectMany(body => body.Examples).Cast<ApiExample?>().DefaultIfEmpty();

        foreach (var example in examples)
        {
            var reply = await new ExampleCalls(railyard.App, railyard.Operator, await railyard.OnboardAsync(), operation).SendAsync(example);

            Assert.True($"{(int)reply.Status}" == operation.Answers[0].Status, $"{example?.Name}: {reply.Status} {reply.Text}");
        }
    }
}
