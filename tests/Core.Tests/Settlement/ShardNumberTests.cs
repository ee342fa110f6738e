using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Settlement;

public sealed class ShardNumberTests
{
    // Expectations are stored by it: another number for the same reference would lose them.
    [Theory]
    [InlineData("", 197)]
    [InlineData("5364893193133131", 231)]
    [InlineData("PSP0000000000001", 12)]
    public void The_shard_of_a_reference_never_changes(string reference, int shard) =>
        Assert.Equal(shard, ShardNumber.Of(reference).Value);

    [Fact]
    public void References_that_differ_in_their_last_digits_spread_over_all_shards()
    {
        var counts = Enumerable.Range(0, 256_000).CountBy(i => ShardNumber.Of($"PSP{i:0000000000000}").Value).ToList();

        Assert.Equal(ShardNumber.Count, counts.Count);
        Assert.All(counts, shard => Assert.InRange(shard.Value, 700, 1300));
    }

    [Fact]
    public void The_same_content_of_the_same_acquirer_is_the_same_file()
    {
        var file = FileId.Of(A.Northbank, "abc");

        Assert.Equal(file, FileId.Of(A.Northbank, "abc"));
        Assert.NotEqual(file, FileId.Of(A.Southbank, "abc"));
        Assert.Matches("^fil_[0-9a-f]{12}8[0-9a-f]{3}[89ab][0-9a-f]{15}$", file.Value);
    }
}
