using System.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Railyard.Local.Runtime.Hosting;
using Railyard.Local.Runtime.Http;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where an app's Program.cs begins.</summary>
public class FunctionsApplication
{
    public FunctionsApplication() { }

    public static FunctionsApplicationBuilder CreateBuilder(string[] args) =>
        Refusal.Guard(() => new FunctionsApplicationBuilder(Setup.From(args)));
}

/// <summary>Collects an app's configuration, services and middleware.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    readonly Setup setup;
    readonly HostApplicationBuilder inner;
    readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware = [];

    internal FunctionsApplicationBuilder(Setup setup)
    {
        this.setup = setup;
        inner = setup.HostBuilder();
    }

    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)inner).Properties;

    public ConfigurationManager Configuration => inner.Configuration;

    public IHostEnvironment Environment => inner.Environment;

    public ILoggingBuilder Logging => inner.Logging;

    public IMetricsBuilder Metrics => inner.Metrics;

    public IServiceCollection Services => inner.Services;

    IConfigurationManager IHostApplicationBuilder.Configuration => inner.Configuration;

    public IHost Build() => Refusal.Guard(() => LocalHost.Build(setup, inner, middleware));

    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory,
        Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull =>
        inner.ConfigureContainer(factory, configure);

    public IFunctionsWorkerApplicationBuilder Use(
        Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        this.middleware.Add(middleware);
        return this;
    }
}

/// <summary>HTTP functions that take and return what ASP.NET Core's do.</summary>
public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(
        this FunctionsApplicationBuilder builder)
    {
        // Action results ask for these, which a web host would have registered.
        builder.Services.TryAddSingleton(new DiagnosticListener("Microsoft.AspNetCore"));
        builder.Services.TryAddSingleton<DiagnosticSource>(
            services => services.GetRequiredService<DiagnosticListener>());
        builder.Services.TryAddSingleton<IWebHostEnvironment, WebEnvironment>();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddMvcCore();
        return builder;
    }
}
