using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using Railyard.App.Merchants;
using Railyard.Core.Operations;

namespace Railyard.App.Operations;

/// <summary>
/// Writes down what operators change: before it is done, without which it is not done at all, and afterwards with what came
/// of it. Bodies are not kept, but a reason that was given is.
/// </summary>
sealed partial class AuditTrail(AuditLog audit, Ids ids, TimeProvider time, ILogger<AuditTrail> log) : IFunctionsWorkerMiddleware
{
    const int LongestSubject = 500;

    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is { } http && IsChange(context, http.Request.Method)) await RecordAsync(context, http, next);
        else await next(context);
    }

    static bool IsChange(FunctionContext context, string method) =>
        Access.Of(context.FunctionDefinition.Name, method).IsOperators && !HttpMethods.IsGet(method);

    async Task RecordAsync(FunctionContext context, HttpContext http, FunctionExecutionDelegate next)
    {
        var begun = new AuditAct(
            ids.Audited(), AuditStep.Begun, context.Key(), context.FunctionDefinition.Name, SubjectOf(http), time.GetUtcNow(), null, null);
        await audit.AppendAsync(begun, context.CancellationToken);
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(context);
            status = StatusOf(context.GetInvocationResult().Value, http);
        }
        finally
        {
            await EndAsync(begun with { Step = AuditStep.Ended, At = time.GetUtcNow(), Status = status, Note = context.NoteForAudit() });
        }
    }

    // What is done is done: that its end could not be written down is seen by the beginning that stands alone.
    async Task EndAsync(AuditAct ended)
    {
        try
        {
            await audit.AppendAsync(ended, CancellationToken.None);
        }
        catch (Exception fault)
        {
            NotRecorded(ended.Id, ended.Action, fault);
        }
    }

    static int StatusOf(object? result, HttpContext http) => result switch
    {
        Answer answer => answer.Status,
        Problem problem => problem.Status,
        IStatusCodeHttpResult { StatusCode: { } status } => status,
        _ => http.Response.StatusCode,
    };

    static string SubjectOf(HttpContext http)
    {
        var path = Redaction.Of(http.Request.Path.Value ?? "");
        return path.Length <= LongestSubject ? path : path[..LongestSubject];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The end of {Id}, {Action}, is not in the audit log")]
    partial void NotRecorded(string id, string action, Exception fault);
}

/// <summary>What an operation has to say for the audit log beside its outcome.</summary>
static class AuditNotes
{
    const string Item = "railyard.audit.note";
    const int Longest = 1_000;

    /// <summary>Says why something is done, or what it came to.</summary>
    public static void NoteForAudit(this FunctionContext context, string note)
    {
        var text = Redaction.Of(note);
        context.Items[Item] = text.Length <= Longest ? text : text[..Longest];
    }

    /// <summary>What was said, or null.</summary>
    public static string? NoteForAudit(this FunctionContext context) =>
        context.Items.TryGetValue(Item, out var note) ? (string)note : null;
}
