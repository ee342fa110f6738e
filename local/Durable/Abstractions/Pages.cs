using System.Runtime.CompilerServices;

namespace Microsoft.DurableTask;

/// <summary>One page of a longer answer.</summary>
public sealed class Page<T>
    where T : notnull
{
    /// <summary>These values, and where to go on.</summary>
    public Page(IReadOnlyList<T> values, string? continuationToken = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        Values = values;
        ContinuationToken = continuationToken;
    }

    /// <summary>The values on this page.</summary>
    public IReadOnlyList<T> Values { get; }

    /// <summary>Where the next page begins; null at the end.</summary>
    public string? ContinuationToken { get; }
}

/// <summary>An answer that comes page by page.</summary>
public abstract class AsyncPageable<T> : IAsyncEnumerable<T>
    where T : notnull
{
    /// <summary>Page by page.</summary>
    public abstract IAsyncEnumerable<Page<T>> AsPages(
        string? continuationToken = null, int? pageSizeHint = null);

    /// <summary>Value by value.</summary>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var page in AsPages().WithCancellation(cancellationToken))
            foreach (var value in page.Values)
                yield return value;
    }
}

/// <summary>Makes answers that come page by page.</summary>
public static class Pageable
{
    /// <summary>From a function of the continuation.</summary>
    public static AsyncPageable<T> Create<T>(Func<string?, CancellationToken, Task<Page<T>>> pageFunc)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(pageFunc);
        return new PagesOfFunction<T>((continuation, _, cancellation) =>
            pageFunc(continuation, cancellation));
    }

    /// <summary>From a function of the continuation and the page size.</summary>
    public static AsyncPageable<T> Create<T>(Func<string?, int?, CancellationToken, Task<Page<T>>> pageFunc)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(pageFunc);
        return new PagesOfFunction<T>(pageFunc);
    }

    sealed class PagesOfFunction<T>(
        Func<string?, int?, CancellationToken, Task<Page<T>>> page) : AsyncPageable<T>
        where T : notnull
    {
        public override IAsyncEnumerable<Page<T>> AsPages(
            string? continuationToken = null, int? pageSizeHint = null) =>
            Each(continuationToken, pageSizeHint);

        async IAsyncEnumerable<Page<T>> Each(
            string? continuation,
            int? size,
            [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            do
            {
                var next = await page(continuation, size, cancellation);
                yield return next;
                continuation = next.ContinuationToken;
            }
            while (continuation is not null);
        }
    }
}
