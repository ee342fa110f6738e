namespace Railyard.Local.Cosmos.Wire;

/// <summary>What a throttle is told about a request before it is carried out.</summary>
sealed record RequestFacts(string Method, string ResourceType, string? Container, string? Id);
