using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Net.Http.Headers;

namespace Railyard.App.Operations;

/// <summary>GET /openapi.json and /docs: the contract, for programs and for people.</summary>
public sealed class OpenApi(PublicAddress address)
{
    const string KeptFor = "public, max-age=300";

    readonly Lazy<Published> document = new(() => Published.Of(ApiDocument.At(address.Value).ToString(), Answer.JsonContent));
    readonly Lazy<Published> page = new(() => Published.Of(ReferencePage.Of(ApiDocument.At(address.Value)), HtmlPage.ContentType));

    [Function("GetOpenApi")]
    public Task<IResult> Document(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request,
        FunctionContext context) =>
        Task.FromResult(document.Value.To(request.HttpContext.Response));

    [Function("GetDocs")]
    public Task<IResult> Page(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "docs")] HttpRequest request, FunctionContext context)
    {
        request.HttpContext.Response.Headers.ContentSecurityPolicy = HtmlPage.Policy;
        return Task.FromResult(page.Value.To(request.HttpContext.Response));
    }

    sealed record Published(byte[] Content, string ContentType, EntityTagHeaderValue Version)
    {
        public static Published Of(string text, string contentType)
        {
            var content = Encoding.UTF8.GetBytes(text);
            var version = $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}\"";
            return new Published(content, contentType, new EntityTagHeaderValue(version));
        }

        public IResult To(HttpResponse response)
        {
            response.Headers.CacheControl = KeptFor;
            return Results.Bytes(Content, ContentType, entityTag: Version);
        }
    }
}
