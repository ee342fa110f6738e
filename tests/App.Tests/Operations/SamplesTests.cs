namespace Railyard.App.Tests.Operations;

/// <summary>The samples for editors do what they say, each request of them, from top to bottom.</summary>
public sealed class SamplesTests(RunningRailyard railyard)
{
    const int FewestRequests = 10;

    [Theory]
    [InlineData("payments.http")]
    [InlineData("webhooks.http")]
    [InlineData("operators.http")]
    public async Task Every_request_of_a_sample_succeeds(string name)
    {
        var sample = SampleFile.Load(Path.Combine(Repository.Root, "samples", name));
        sample.Set("host", railyard.App.Address.AbsoluteUri.TrimEnd('/'));

        foreach (var request in sample.Requests)
        {
            var reply = await sample.SendAsync(request, new Client(railyard.App.Address, key: null));

            Assert.True((int)reply.Status < 300, $"{request.Title}: {reply.Status} {reply.Text}");
        }

        Assert.True(sample.Requests.Count >= FewestRequests);
    }
}
