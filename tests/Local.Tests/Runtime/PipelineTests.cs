using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Railyard.Local.Runtime;

namespace Railyard.Local.Tests.Runtime;

public sealed class PipelineTests(PipelineTests.Fixture sample) : IClassFixture<PipelineTests.Fixture>
{
    static readonly ConcurrentQueue<string> Trail = new();

    public sealed class Scoped : IDisposable
    {
        public static int Disposed { get; private set; }

        public Guid Id { get; } = Guid.CreateVersion7();

        public void Dispose() => Disposed++;
    }

    public sealed class Functions(Scoped scoped)
    {
        [Function("Scope")]
        public IResult Scope([HttpTrigger("get")] HttpRequest request, FunctionContext context)
        {
            Trail.Enqueue("function");
            var same = context.InstanceServices.GetRequiredService<Scoped>() == scoped &&
                request.HttpContext.RequestServices.GetRequiredService<Scoped>() == scoped &&
                context.GetHttpContext() == request.HttpContext;
            return Results.Json(new { scoped.Id, same, context.FunctionDefinition.Name });
        }
    }

    public sealed class Outer : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            Trail.Enqueue("outer in");
            await next(context);
            Trail.Enqueue("outer out");
        }
    }

    public sealed class Teapot : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            await next(context);
            context.GetInvocationResult().Value = Results.StatusCode(StatusCodes.Status418ImATeapot);
        }
    }

    public sealed class Fixture : SampleApp
    {
        protected override Task<RunningApp> StartAsync() =>
            Sample.StartAsync<Functions>(configure: builder =>
            {
                builder.Services.AddScoped<Scoped>();
                builder.UseMiddleware<Outer>();
                builder.UseMiddleware((_, next) =>
                {
                    Trail.Enqueue("inner");
                    return next();
                });
                builder.UseWhen<Teapot>(
                    context => context.GetHttpContext()!.Request.Query.ContainsKey("tea"));
            });
    }

    sealed record Answer(Guid Id, bool Same, string Name);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Middleware_runs_in_the_order_in_which_it_was_added()
    {
        Trail.Clear();

        await sample.Client.GetAsync(new Uri("Scope", UriKind.Relative), Cancellation);

        Assert.Equal(["outer in", "inner", "function", "outer out"], Trail);
    }

    [Fact]
    public async Task Every_invocation_has_a_scope_of_its_own_which_is_disposed()
    {
        var disposed = Scoped.Disposed;

        var one = await sample.Client.GetFromJsonAsync<Answer>("Scope", Cancellation);
        var other = await sample.Client.GetFromJsonAsync<Answer>("Scope", Cancellation);

        Assert.True(one!.Same && other!.Same);
        Assert.NotEqual(one.Id, other.Id);
        Assert.Equal("Scope", one.Name);
        Assert.True(Scoped.Disposed > disposed);
    }

    [Fact]
    public async Task Middleware_may_replace_the_result_where_its_condition_holds()
    {
        var answer = await sample.Client.GetAsync(new Uri("Scope?tea=1", UriKind.Relative), Cancellation);

        Assert.Equal((HttpStatusCode)StatusCodes.Status418ImATeapot, answer.StatusCode);
    }
}
