using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Railyard.Core.Merchants;

namespace Railyard.App.Merchants;

/// <summary>
/// Counts each key's requests in this instance's memory. An instance that starts knows of none, and two instances let
/// pass twice as many: the limit protects us from one caller, it is nobody's quota.
/// </summary>
public sealed class RateLimits(IConfiguration settings, TimeProvider time)
{
    const int MostBuckets = 10_000;
    const int UsualPerSecond = 200;
    const int UsualBurst = 400;

    static readonly Problem TooFast = new(
        StatusCodes.Status429TooManyRequests, "rate_limited", "There are too many requests with this API key.")
    {
        Detail = "Repeat the request after the time in Retry-After.",
    };

    readonly RateLimit usual = new(
        Setting(settings, "RateLimit:perSecond", UsualPerSecond), Setting(settings, "RateLimit:burst", UsualBurst));

    readonly ConcurrentDictionary<ApiKeyId, Bucket> buckets = [];

    /// <summary>
    /// Counts one request, says in its answer where the key stands (draft-ietf-httpapi-ratelimit-headers-10), and
    /// refuses it where it is one too many.
    /// </summary>
    internal Problem? Refuse(HttpResponse response, Credential credential)
    {
        var limit = credential.Merchant?.RateLimit ?? usual;
        var verdict = BucketOf(credential.Key.Id, limit).Take(limit, time.GetUtcNow());
        response.Headers["RateLimit-Policy"] = $"\"default\";q={limit.Burst};w={Seconds(limit.Window)}";
        response.Headers["RateLimit"] = $"\"default\";r={verdict.Remaining};t={Seconds(verdict.UntilFull)}";
        return verdict.IsAllowed ? null : TooFast with { RetryAfter = verdict.RetryAfter };
    }

    Bucket BucketOf(ApiKeyId key, RateLimit limit)
    {
        if (buckets.TryGetValue(key, out var known)) return known;
        if (buckets.Count >= MostBuckets) ForgetFull();
        return buckets.GetOrAdd(key, _ => new Bucket(limit, time.GetUtcNow()));
    }

    // A full bucket remembers nothing. Where all of them are in use, all start anew: better than to refuse a caller.
    void ForgetFull()
    {
        var now = time.GetUtcNow();
        foreach (var (key, bucket) in buckets)
            if (bucket.IsFull(now)) buckets.TryRemove(key, out _);
        if (buckets.Count >= MostBuckets) buckets.Clear();
    }

    static long Seconds(TimeSpan span) => (long)Math.Ceiling(span.TotalSeconds);

    static int Setting(IConfiguration settings, string name, int usual)
    {
        if (settings[name] is not { Length: > 0 } text) return usual;
        return int.TryParse(text, out var value) && value is >= 1 and <= RateLimit.Most
            ? value
            : throw new InvalidOperationException($"The setting {name} must be from 1 to {RateLimit.Most}.");
    }

    sealed class Bucket(RateLimit limit, DateTimeOffset now)
    {
        readonly Lock one = new();
        TokenBucket state = TokenBucket.Full(limit, now);
        RateLimit current = limit;

        public RateVerdict Take(RateLimit asOfNow, DateTimeOffset moment)
        {
            lock (one)
            {
                current = asOfNow;
                (state, var verdict) = state.Take(asOfNow, moment);
                return verdict;
            }
        }

        public bool IsFull(DateTimeOffset moment)
        {
            lock (one) return state.IsFull(current, moment);
        }
    }
}
