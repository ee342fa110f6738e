using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>
/// How a file's lines are divided: each group is a range of shards, small enough to be joined in memory. How many there
/// are follows from the file's length, because that is known before its lines are.
/// </summary>
static class ShardGroups
{
    const long BytesPerGroup = 2 * 1024 * 1024;

    // A packed file has been this many times as long, as a rule: columns repeat.
    const int UsualRatio = 10;

    /// <summary>
    /// A power of two, so that every group has as many shards: one for a small file, 256 at most.
    /// </summary>
    public static int CountFor(long fileBytes, bool isPacked)
    {
        if (isPacked) fileBytes *= UsualRatio;
        var groups = 1;
        while (groups < ShardNumber.Count && groups * BytesPerGroup < fileBytes) groups *= 2;
        return groups;
    }

    /// <summary>The group of a shard.</summary>
    public static int Of(ShardNumber shard, int groups) => shard.Value * groups / ShardNumber.Count;

    /// <summary>The shards of a group, first and last.</summary>
    public static (int First, int Last) Shards(int group, int groups)
    {
        var size = ShardNumber.Count / groups;
        return (group * size, group * size + size - 1);
    }
}
