namespace Railyard.App.Payments;

/// <summary>One version of the key under which the data keys of the vault lie: 32 bytes for AES-256.</summary>
public sealed record WrappingKey(string Version, ReadOnlyMemory<byte> Secret)
{
    /// <summary>The length of one, in bytes.</summary>
    public const int Length = 32;

    // The generated text of a record would show its members.
    /// <inheritdoc/>
    public override string ToString() => $"wrapping key {Version}";
}

/// <summary>
/// Where the versions of the vault's key-encryption key come from: a secret with versions in Key Vault, or a file on a
/// developer's machine. A new version is made there; every instance wraps under it within <see cref="KnownWithin"/>.
/// </summary>
public interface IWrappingKeys
{
    /// <summary>How long an instance may go on with the version that was the newest.</summary>
    static readonly TimeSpan KnownWithin = TimeSpan.FromMinutes(5);

    /// <summary>The newest version, which wraps what is new.</summary>
    Task<WrappingKey> CurrentAsync(CancellationToken cancellation);

    /// <summary>The version of that name, or null.</summary>
    Task<WrappingKey?> FindAsync(string version, CancellationToken cancellation);
}
