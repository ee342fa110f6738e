using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace Railyard.Local.Runtime.Http;

/// <summary>The app's environment as ASP.NET Core asks for it; there are no static files.</summary>
internal sealed class WebEnvironment(IHostEnvironment environment) : IWebHostEnvironment
{
    public string WebRootPath { get; set; } = environment.ContentRootPath;

    public IFileProvider WebRootFileProvider { get; set; } = new NullFileProvider();

    public string ApplicationName { get; set; } = environment.ApplicationName;

    public IFileProvider ContentRootFileProvider { get; set; } = environment.ContentRootFileProvider;

    public string ContentRootPath { get; set; } = environment.ContentRootPath;

    public string EnvironmentName { get; set; } = environment.EnvironmentName;
}
