using System.ComponentModel;
using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Railyard.Local.Runtime.Functions;
using Railyard.Local.Runtime.Hosting;

namespace Railyard.Local.Runtime.Http;

/// <summary>HTTP functions on Kestrel, bound to loopback.</summary>
internal sealed class HttpTriggers(
    string routePrefix, int port, FunctionKeys keys, Runner runner, ILoggerFactory logging) : ITriggers
{
    // The limit that the Functions host has.
    const long LargestBodyBytes = 104_857_600;
    static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(10);

    readonly Routes routes = new(routePrefix);
    WebApplication? server;

    public Type Attribute => typeof(HttpTriggerAttribute);

    public Uri Address { get; } = new($"http://127.0.0.1:{port}");

    public void Add(Function function)
    {
        if (function.TriggerParameter.ParameterType != typeof(HttpRequest))
            throw new StartRefused(
                $"Function {function.Name}: an HTTP trigger binds HttpRequest, " +
                $"not {function.TriggerParameter.ParameterType.Name}.");
        routes.Add(function);
    }

    public Binding? Bind(Function function, ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(HttpRequest))
            return invocation => new(invocation.Features.Get<HttpContext>()!.Request);
        if (parameter.GetCustomAttribute<FromBodyAttribute>() is not null)
            return invocation => ReadBody(invocation.Features.Get<HttpContext>()!, parameter.ParameterType);
        return routes.Of(function).HasParameter(parameter.Name!) ? RouteValue(parameter) : null;
    }

    public string Describe(Function function)
    {
        var route = routes.Of(function);
        return $"{string.Join(',', route.Methods),-12} http://localhost:{port}/{route.Template}";
    }

    public async Task StartAsync(CancellationToken cancellation)
    {
        server = Server();
        server.UseRouting();
        server.Use(RefuseUnknownRoutes);
        foreach (var route in routes.All)
            server.MapMethods(route.Template, route.Methods, http => AnswerAsync(http, route.Function))
                .WithMetadata(route);
        await server.StartAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is null) return;
        using var deadline = new CancellationTokenSource(StopDeadline);
        await server.StopAsync(deadline.Token);
        await server.DisposeAsync();
    }

    WebApplication Server()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBodyBytes;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton(logging);
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, Unattended>());
        return builder.Build();
    }

    // The Functions host knows a route by its verb too: the wrong verb is 404 there, where ASP.NET Core says
    // 405.
    static Task RefuseUnknownRoutes(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<Route>() is not null) return next(http);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    async Task AnswerAsync(HttpContext http, Function function)
    {
        if (!keys.Allow(http, function.Name, ((HttpTriggerAttribute)function.Trigger).AuthLevel))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        await using var invocation =
            runner.Begin(function, http.Request.RouteValues.AsReadOnly(), http.RequestAborted);
        invocation.Features.Set(http);
        http.RequestServices = invocation.InstanceServices;
        try
        {
            await Response.WriteAsync(http, await runner.RunAsync(invocation));
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (Exception fault)
        {
            Response.Fail(http, fault);
        }
    }

    static async ValueTask<object?> ReadBody(HttpContext http, Type type) =>
        await http.Request.ReadFromJsonAsync(type, http.RequestAborted);

    static Binding RouteValue(ParameterInfo parameter)
    {
        var converter = TypeDescriptor.GetConverter(parameter.ParameterType);
        var absent = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        return invocation =>
            new(invocation.BindingContext.BindingData.TryGetValue(parameter.Name!, out var value)
                && value is string text
                ? converter.ConvertFromInvariantString(text)
                : value ?? absent);
    }
}
