using System.Text.Json;

namespace Railyard.App.Tests.Operations;

/// <summary>What holds the answers to the contract can tell right from wrong itself.</summary>
public sealed class SchemaTests
{
    [Theory]
    [InlineData("""{"type":"string"}""", "\"a\"", "1")]
    [InlineData("""{"type":["integer","null"]}""", "null", "\"a\"")]
    [InlineData("""{"type":"integer"}""", "7", "7.5")]
    [InlineData("""{"type":"boolean"}""", "true", "null")]
    [InlineData("""{"enum":["a",null]}""", "null", "\"b\"")]
    [InlineData("""{"const":"a"}""", "\"a\"", "\"b\"")]
    [InlineData("""{"minimum":1,"maximum":2}""", "2", "3")]
    [InlineData("""{"minimum":1}""", "1", "0")]
    [InlineData("""{"minLength":1,"maxLength":2}""", "\"ab\"", "\"abc\"")]
    [InlineData("""{"minLength":1}""", "\"a\"", "\"\"")]
    [InlineData("""{"pattern":"^a+$"}""", "\"aa\"", "\"ab\"")]
    [InlineData("""{"format":"date-time"}""", "\"2026-11-24T12:00:00.000Z\"", "\"2026-11-24 12:00\"")]
    [InlineData("""{"format":"date-time"}""", "\"2026-11-24T12:00:00+01:00\"", "\"2026-13-24T12:00:00Z\"")]
    [InlineData("""{"format":"uri"}""", "\"https://a.example/\"", "\"a\"")]
    [InlineData("""{"required":["a"]}""", """{"a":null}""", "{}")]
    [InlineData("""{"properties":{"a":{"type":"integer"}}}""", """{"a":1,"b":2}""", """{"a":"1"}""")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", """{"a":1}""", """{"a":1,"b":2}""")]
    [InlineData("""{"additionalProperties":{"type":"string"}}""", """{"a":"1"}""", """{"a":1}""")]
    [InlineData("""{"maxProperties":1}""", """{"a":1}""", """{"a":1,"b":1}""")]
    [InlineData("""{"items":{"type":"integer"},"minItems":1}""", "[1]", "[]")]
    [InlineData("""{"items":{"type":"integer"},"maxItems":1}""", "[1]", "[1,2]")]
    [InlineData("""{"items":{"type":"integer"}}""", "[1,2]", "[1,\"2\"]")]
    [InlineData("""{"uniqueItems":true}""", "[1,2]", "[1,1]")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"minimum":5}]}""", "4", "6")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"null"}]}""", "null", "\"a\"")]
    [InlineData("""{"$ref":"#/words"}""", "\"a\"", "\"b\"")]
    public void A_right_value_has_no_flaw_and_a_wrong_one_has(string schema, string right, string wrong)
    {
        var read = new Schema(Parse("""{"words":{"enum":["a"]}}"""));

        Assert.Empty(read.Flaws(Parse(schema), Parse(right)));
        Assert.NotEmpty(read.Flaws(Parse(schema), Parse(wrong)));
    }

    [Theory]
    [InlineData("""{"multipleOf":2}""", "3")]
    [InlineData("""{"type":"quantity"}""", "3")]
    [InlineData("""{"format":"email"}""", "\"a\"")]
    public void What_is_not_checked_is_not_passed_over(string schema, string value) =>
        Assert.Throws<NotSupportedException>(() => new Schema(Parse("{}")).Flaws(Parse(schema), Parse(value)));

    static JsonElement Parse(string json) => JsonElement.Parse(json);
}
