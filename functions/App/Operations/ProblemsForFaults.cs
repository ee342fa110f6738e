using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace Railyard.App.Operations;

/// <summary>A fault in an HTTP function is logged by its kind and answered as a problem that tells nothing of the inside.</summary>
sealed partial class ProblemsForFaults(ILogger<ProblemsForFaults> log) : IFunctionsWorkerMiddleware
{
    static readonly Problem Fault = new(
        StatusCodes.Status500InternalServerError, "internal_error", "Something went wrong on our side.")
    {
        Detail = "Repeat the request with the same Idempotency-Key: nothing is done twice.",
    };

    static readonly Problem TooLarge = new(
        StatusCodes.Status413PayloadTooLarge, "body_too_large", "The request body is too large.");

    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http)
        {
            await next(context);
            return;
        }
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client went away; there is nobody to answer.
        }
        catch (BadHttpRequestException fault) when (!http.Response.HasStarted)
        {
            var answer = fault.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? TooLarge
                : Problem.BadRequest("malformed_request", "The request could not be read.");
            await answer.ExecuteAsync(http);
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            Failed(context.FunctionDefinition.Name, context.InvocationId, fault);
            await Fault.ExecuteAsync(http);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function} failed (invocation {Invocation})")]
    partial void Failed(string function, string invocation, Exception fault);
}
