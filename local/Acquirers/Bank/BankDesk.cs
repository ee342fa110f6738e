using Railyard.Local.Acquirers.Settlement;

namespace Railyard.Local.Acquirers.Bank;

/// <summary>
/// Carries out what was ordered, writes statements one at a time and sees to it that each is delivered, across crashes.
/// </summary>
sealed class BankDesk(BankBook book, TakeOrders take, DeliverReport deliver, TimeProvider time) : IDisposable
{
    const string Account = "main";

    readonly SemaphoreSlim oneAtATime = new(1, 1);

    /// <summary>
    /// Writes and delivers a statement, or delivers the one that a crash left behind; null where there is nothing to show.
    /// </summary>
    public async Task<Statement?> WriteAsync(IReadOnlySet<BankFault> wrong, CancellationToken cancellation)
    {
        await oneAtATime.WaitAsync(cancellation);
        try
        {
            await take(book, cancellation);
            var statement = book.Undelivered() ?? await book.WriteAsync(time.GetUtcNow(), wrong);
            if (statement is null) return null;
            await deliver(Account, statement.FileName, statement.Content, cancellation);
            await book.NoteDeliveredAsync(statement.Number);
            return statement;
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public void Dispose() => oneAtATime.Dispose();
}
