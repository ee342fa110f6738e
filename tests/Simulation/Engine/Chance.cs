namespace Railyard.Simulation.Engine;

/// <summary>All chance of a simulation, from one seed (SplitMix64): the same seed is the same run, on every machine.</summary>
sealed class Chance(ulong seed)
{
    ulong state = seed;

    /// <summary>Whether something happens that happens so often.</summary>
    public bool Happens(double share) => share > 0 && Share() < share;

    /// <summary>A number from 0 on, below that one.</summary>
    public int Below(int end) => (int)(Share() * end);

    /// <summary>One of them.</summary>
    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>A time between the two, any as likely as any other.</summary>
    public TimeSpan Between(TimeSpan shortest, TimeSpan longest) => shortest + (longest - shortest) * Share();

    /// <summary>A time between the two, any order of magnitude as likely as any other.</summary>
    public TimeSpan Spread(TimeSpan shortest, TimeSpan longest) => shortest * Math.Pow(longest / shortest, Share());

    /// <summary>They, in any order.</summary>
    public IEnumerable<T> Shuffled<T>(IEnumerable<T> all) => [.. all.Select(one => (one, Share())).OrderBy(pair => pair.Item2).Select(pair => pair.one)];

    double Share() => (Next() >> 11) * (1.0 / (1UL << 53));

    ulong Next()
    {
        unchecked
        {
            var mixed = state += 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }
}
