using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Railyard.Local.Runtime;

namespace Railyard.Local.Tests.Runtime;

/// <summary>Runs the nested function classes of a test as an app.</summary>
internal static class Sample
{
    public static Task<RunningApp> StartAsync<TFunctions>(
        LocalOptions? options = null, Action<FunctionsApplicationBuilder>? configure = null) =>
        StartAsync([typeof(TFunctions)], options, configure);

    public static Task<RunningApp> StartAsync(
        IReadOnlyList<Type> functions, LocalOptions? options = null,
        Action<FunctionsApplicationBuilder>? configure = null) =>
        RunningApp.StartAsync(
            typeof(Sample).Assembly,
            args =>
            {
                var builder = FunctionsApplication.CreateBuilder(args);
                builder.ConfigureFunctionsWebApplication();
                configure?.Invoke(builder);
                builder.Build().Run();
            },
            functions,
            options ?? new LocalOptions(),
            TestContext.Current.CancellationToken);
}
