using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Railyard.App.Operations;

/// <summary>Measures how long messages waited before a function took them.</summary>
sealed class MessageAges(TimeProvider time) : IFunctionsWorkerMiddleware
{
    // What the trigger tells of a single message. A function that takes a batch measures by itself.
    const string Enqueued = "EnqueuedTimeUtc";

    /// <inheritdoc/>
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.BindingContext.BindingData.TryGetValue(Enqueued, out var value) && Moment(value) is { } enqueued)
            Measurements.Waited(context.FunctionDefinition.Name, time.GetUtcNow() - enqueued);
        return next(context);
    }

    // Deployed it comes as JSON, and here as it is.
    static DateTimeOffset? Moment(object? value) => value switch
    {
        DateTime moment => new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc)),
        string text when DateTimeOffset.TryParse(
            text.Trim('"'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) => moment,
        _ => null,
    };
}
