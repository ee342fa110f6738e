namespace Railyard.Core.Settlement;

/// <summary>
/// What an acquirer says that it has paid to our bank for a batch: the bank statement must show it.
/// </summary>
/// <param name="Batch">The batch as the acquirer calls it.</param>
/// <param name="Paid">Into our account, or, where the batch had come to less than nothing, out of it.</param>
/// <param name="Reference">What the acquirer says stands in the bank's remittance text; null where it says nothing.</param>
/// <param name="PaidAt">When it was paid.</param>
public sealed record BatchPayout(string Batch, Movement Paid, string? Reference, DateTimeOffset PaidAt);
