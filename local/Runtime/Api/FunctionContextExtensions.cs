using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Railyard.Local.Runtime.Functions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Loggers by invocation.</summary>
public static class FunctionContextLoggerExtensions
{
    public static ILogger<T> GetLogger<T>(this FunctionContext context) =>
        context.InstanceServices.GetRequiredService<ILogger<T>>();

    public static ILogger GetLogger(this FunctionContext context, string categoryName) =>
        context.InstanceServices.GetRequiredService<ILoggerFactory>().CreateLogger(categoryName);
}

/// <summary>The HTTP request that an invocation answers.</summary>
public static class FunctionContextExtensions
{
    public static HttpContext? GetHttpContext(this FunctionContext context) =>
        context.Features.Get<HttpContext>();
}

/// <summary>What an invocation returned.</summary>
public static class FunctionContextBindingFeatureExtensions
{
    public static InvocationResult<T> GetInvocationResult<T>(this FunctionContext context) =>
        new ReturnedValue<T>(context.Returned());

    public static InvocationResult GetInvocationResult(this FunctionContext context) =>
        new ReturnedValue(context.Returned());
}
