namespace Railyard.Core;

/// <summary>A fault of ours: something that cannot be, is. Never caught; it pages a person.</summary>
public sealed class InvariantBroken(string message) : Exception(message);
