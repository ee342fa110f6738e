namespace Railyard.Local.Tests;

/// <summary>A seeded xorshift, so that a failure can be repeated.</summary>
sealed class Dice(uint seed)
{
    uint state = seed | 1;

    public int Roll(int sides)
    {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return (int)(state % (uint)sides);
    }
}
