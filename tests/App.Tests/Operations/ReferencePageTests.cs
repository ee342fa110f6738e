using System.Net;
using System.Xml;
using System.Xml.Linq;
using Railyard.App.Operations;

namespace Railyard.App.Tests.Operations;

/// <summary>The page at /docs shows everything, holds together, and asks nobody else for anything.</summary>
public sealed class ReferencePageTests(RunningRailyard railyard)
{
    static readonly XDocument Page = Parse(ReferencePage.Of(Contract.Document));

    [Fact]
    public async Task It_is_served_and_may_load_nothing()
    {
        var reply = await new Client(railyard.App.Address, key: null).GetAsync("/docs");

        Assert.Equal("text/html", reply.ContentType);
        Assert.StartsWith("default-src 'none';", reply.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(Ids, IdsOf(Parse(reply.Text)));
    }

    [Fact]
    public async Task It_is_not_served_twice()
    {
        var client = new Client(railyard.App.Address, key: null);

        var version = (await client.GetAsync("/docs")).Header("ETag")!;
        var again = await client.SendAsync(HttpMethod.Get, "/docs", headers: ("If-None-Match", version));

        Assert.Equal((HttpStatusCode.NotModified, ""), (again.Status, again.Text));
    }

    [Fact]
    public void Every_operation_schema_and_code_has_its_place()
    {
        Assert.Empty(Contract.Document.Operations.Concat(Contract.Document.Messages).Select(one => one.Id).Except(Ids));
        Assert.Empty(Contract.Document.Schemas.EnumerateObject().Select(one => $"schema-{one.Name}").Except(Ids));
        Assert.Empty(Codes("ProblemCode").Except(Ids));
        Assert.Empty(Codes("FieldErrorCode").Select(code => $"field-{code}").Except(Ids));
    }

    [Fact]
    public void Every_link_leads_somewhere_on_the_page_or_to_the_document()
    {
        var links = Page.Descendants("a").Select(link => link.Attribute("href")!.Value).Distinct().ToList();

        Assert.Equal(["/openapi.json"], links.Where(link => !link.StartsWith('#')));
        Assert.Empty(links.Where(link => link.StartsWith('#')).Select(link => link[1..]).Except(Ids));
        Assert.Equal(Ids.Distinct().Count(), Ids.Count);
    }

    [Fact]
    public void Nothing_is_loaded_from_anywhere()
    {
        Assert.DoesNotContain(Page.Descendants(), element => element.Name.LocalName is "script" or "link" or "img" or "iframe");
        Assert.DoesNotContain(Page.Descendants(), element => element.Attribute("src") is not null || element.Attribute("style") is not null);
        Assert.DoesNotContain("url(", Page.Descendants("style").Single().Value, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", Page.Descendants("style").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_stays_a_text() =>
        Assert.Equal("&lt;b&gt;<code>&amp;</code>", Html.Prose("<b>`&`"));

    static List<string> Ids => IdsOf(Page);

    static List<string> IdsOf(XDocument page) =>
        [.. page.Descendants().Select(element => element.Attribute("id")?.Value).OfType<string>()];

    static IEnumerable<string> Codes(string schema) => Contract.Document.Schemas.GetProperty(schema)
        .GetProperty("enum").EnumerateArray().Select(code => code.GetString()!);

    // It is written so that it can be read as XML as well: what is not closed fails here.
    static XDocument Parse(string page)
    {
        using var text = new StringReader(page);
        using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
