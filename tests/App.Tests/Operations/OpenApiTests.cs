using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Railyard.App.Merchants;
using Railyard.App.Merchants.Payouts;
using Railyard.App.Operations;
using Railyard.App.Payments;
using Railyard.App.Reconciliation;
using Railyard.App.Routing;
using Railyard.Core.Merchants;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;
using Railyard.Core.Webhooks;

namespace Railyard.App.Tests.Operations;

/// <summary>The document says all of what the app does, and nothing else.</summary>
public sealed partial class OpenApiTests(RunningRailyard railyard)
{
    const int MatchWithinMilliseconds = 5_000;

    static readonly ApiDocument Document = Contract.Document;

    [Fact]
    public void Every_route_is_in_the_document_with_the_scope_it_needs_and_nothing_else_is() => Assert.Equal(
        Access.Table.Select(access => (access.Method, $"/{access.Route}", access.Needs is { } scope ? Scopes.Word(scope) : null)).Order(),
        Document.Operations.Select(operation => (operation.Method, operation.Path, operation.Scope)).Order());

    [Fact]
    public void Every_parameter_of_a_path_is_documented() => Assert.All(Document.Operations, operation => Assert.Equal(
        PathParameter().Matches(operation.Path).Select(match => match.Groups["name"].Value),
        operation.Parameters.Where(one => one.GetProperty("in").GetString() == "path").Select(one => one.GetProperty("name").GetString()!)));

    [Fact]
    public void The_codes_of_problems_are_those_that_the_source_has() =>
        Assert.Equal(InSource(ProblemInSource()), Words("ProblemCode"));

    [Fact]
    public void The_codes_of_wrong_members_are_those_that_the_source_has() =>
        Assert.Equal(InSource(FieldErrorInSource()), Words("FieldErrorCode"));

    [Theory]
    [InlineData("ProblemCode")]
    [InlineData("FieldErrorCode")]
    public void Every_code_comes_with_what_to_do_about_it(string schema)
    {
        var help = Document.Schemas.GetProperty(schema).GetProperty("x-code-help").EnumerateObject().ToList();

        Assert.Equal(Words(schema), help.Select(one => one.Name).Order(StringComparer.Ordinal));
        Assert.All(help, one => Assert.Matches("^[A-Z].{15,}\\.$", one.Value.GetString()));
    }

    [Fact]
    public void Every_code_is_answered_by_some_operation() => Assert.Equal(
        Words("ProblemCode"),
        Document.Operations.SelectMany(operation => operation.Answers).SelectMany(answer => answer.Codes).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_refusal_names_its_codes_and_nothing_else_has_any() => Assert.All(
        Document.Operations.SelectMany(operation => operation.Answers),
        answer => Assert.Equal(answer.Bodies.Any(body => body.ContentType == Problem.ContentType), answer.Codes.Count > 0));

    [Fact]
    public void The_words_of_the_document_are_the_words_of_the_code()
    {
        Assert.Equal(WordsOf<PaymentStatus>(), Words("PaymentStatus"));
        Assert.Equal(WordsOf<CaptureMode>(), Words("CaptureMode"));
        Assert.Equal(WordsOf<DeclineCode>(), Words("DeclineCode"));
        Assert.Equal(WordsOf<CardBrand>(), Words("Card", "brand"));
        Assert.Equal(WordsOf<OperationKind>(), Words("Operation", "type"));
        Assert.Equal(WordsOf<OperationStatus>(), Words("Operation", "status"));
        Assert.Equal(WordsOf<EndpointStatus>(), Words("WebhookEndpoint", "status"));
        Assert.Equal(WordsOf<DisabledReason>(), Words("DisabledReason"));
        Assert.Equal(WordsOf<DeliveryStatus>(), Words("Delivery", "status"));
        Assert.Equal(WordsOf<TryError>(), Words("DeliveryTry", "error"));
        Assert.Equal(WordsOf<MerchantStatus>(), Words("Merchant", "status"));
        Assert.Equal(WordsOf<KeyStatus>(), Words("ApiKey", "status"));
        Assert.Equal(WordsOf<FileStatus>(), Words("SettlementFile", "status"));
        Assert.Equal(WordsOf<ControlStatus>(), Words("Control", "status"));
        Assert.Equal(WordsOf<ControlRule>(), Words("ControlFinding", "rule"));
        Assert.Equal(WordsOf<FileStatus>(), Words("BankStatementFile", "status"));
        Assert.Equal(WordsOf<BankLineIgnored>(), Words("IgnoredBankLines", "reason"));
        Assert.Equal(WordsOf<BankExpectationKind>(), Words("BankPayment", "kind"));
        Assert.Equal(WordsOf<StatementRule>(), Words("StatementFinding", "rule"));
        Assert.Equal(WordsOf<DiscrepancyKind>(), Words("Discrepancy", "kind"));
        Assert.Equal(WordsOf<DiscrepancyStatus>(), Words("Discrepancy", "status"));
        Assert.Equal(WordsOf<ResolutionKind>(), Words("DiscrepancyResolution", "kind"));
        Assert.Equal(WordsOf<DiscrepancyAct>(), Words("DiscrepancyEntry", "act"));
        Assert.Equal(WordsOf<AgeBucket>(), Words("OpenDiscrepancies", "age"));
        Assert.Equal(WordsOf<LineKind>(), Words("ReportRow", "kind"));
        Assert.Equal(WordsOf<ExportFormat>(), Words("Export", "format"));
        Assert.Equal(WordsOf<RewrapStatus>(), Words("Rewrap", "status"));
        Assert.Equal(WordsOf<ProgramCause>(), Words("RoutingVersion", "cause"));
        Assert.Equal(WordsOf<FindingCode>(), Words("RoutingWarning", "code"));
        Assert.Equal(WordsOf<ExperimentEnd>(), Words("RoutingExperiment", "ended_by"));
        Assert.Equal(WordsOf<SimulationStatus>(), Words("RoutingSimulation", "status"));
        Assert.Equal(WordsOf<OutageState>(), Words("RouteCandidate", "outage"));
        Assert.Equal(WordsOf<PayoutStatus>(), Words("PayoutStatus"));
        Assert.Equal(WordsOf<StatementLineKind>(), Words("StatementLine", "kind"));
        Assert.Equal(WordsOf<PayableKind>(), Words("PayoutLine", "kind"));
        Assert.Equal(WordsOf<CarryReason>(), Words("Payout", "carried_because"));
        Assert.Equal(WordsOf<PayoutInterval>(), Words("PayoutSchedule", "interval"));
        Assert.Equal(WordsOf<PayoutRunStatus>(), Words("PayoutRun", "status"));
        Assert.Equal(WordsOf<RunOutcome>(), Words("PayoutRunEntry", "outcome"));
        Assert.Equal(WordsOf<BankStatus>(), Words("PayoutStatusReport", "group"));
        Assert.Equal(Scopes.ByWord.Keys.Order(StringComparer.Ordinal), Words("Scope"));
    }

    [Fact]
    public void Every_event_that_an_endpoint_can_ask_for_is_documented() => Assert.Empty(
        EventTypes.All.Append(EventTypes.Test).Except(Words("EventType")).Except(Words("EndpointMessage", "type")));

    [Fact]
    public void Every_object_of_ours_says_whether_it_may_have_other_members() => Assert.All(
        Document.Schemas.EnumerateObject().Where(schema => schema.Value.TryGetProperty("properties", out _)),
        schema => Assert.True(schema.Value.TryGetProperty("additionalProperties", out _), schema.Name));

    [Fact]
    public void Every_example_is_as_its_schema_says()
    {
        var bodies = Document.Operations.Concat(Document.Messages)
            .SelectMany(operation => operation.Bodies.Concat(operation.Answers.SelectMany(answer => answer.Bodies)));

        foreach (var body in bodies)
            foreach (var example in body.Examples)
                Assert.Empty(Contract.Schema.Flaws(body.Schema, example.Value));
    }

    [Fact]
    public void Every_JSON_body_has_an_example() => Assert.All(
        Document.Operations.Where(operation => operation.Scope is not null)
            .SelectMany(operation => operation.Bodies.Concat(operation.Answers.Where(answer => answer.Codes.Count == 0).SelectMany(answer => answer.Bodies))),
        body => Assert.NotEmpty(body.Examples));

    [Fact]
    public async Task It_is_served_with_the_address_at_which_it_is_served_and_not_twice()
    {
        var served = await Public.GetAsync("/openapi.json");
        var again = await Public.SendAsync(HttpMethod.Get, "/openapi.json", headers: ("If-None-Match", served.Header("ETag")!));

        Assert.Equal(railyard.App.Address.Port, new Uri(served.Body.GetProperty("servers")[0].GetProperty("url").GetString()!).Port);
        Assert.Equal("3.1.0", served["openapi"]);
        Assert.Equal((HttpStatusCode.NotModified, ""), (again.Status, again.Text));
    }

    Client Public => new(railyard.App.Address, key: null);

    static IEnumerable<string> Words(string schema, string? member = null)
    {
        var owner = Document.Schemas.GetProperty(schema);
        var found = member is null ? owner : owner.GetProperty("properties").GetProperty(member);
        return found.GetProperty("enum").EnumerateArray()
            .Where(word => word.ValueKind == JsonValueKind.String).Select(word => word.GetString()!).Order(StringComparer.Ordinal);
    }

    static IEnumerable<string> WordsOf<T>() where T : struct, Enum => Json.Words<T>().Keys.Order(StringComparer.Ordinal);

    static IEnumerable<string> InSource(Regex pattern) => Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "functions", "App"), "*.cs", SearchOption.AllDirectories)
        .SelectMany(path => pattern.Matches(File.ReadAllText(path)))
        .SelectMany(match => match.Groups["code"].Captures)
        .Select(capture => capture.Value).Distinct().Order(StringComparer.Ordinal);

    // The ways in which App makes a problem; a new way needs its pattern here.
    [GeneratedRegex(
        """(?:StatusCodes\.Status4\d\d\w+|StatusCodes\.Status5\d\d\w+|\bConflict|\bUnprocessable|\bBadRequest\(|\bUnauthenticated\()\s*,?\s*"(?<code>[a-z_]+)"\s*,""",
        RegexOptions.CultureInvariant,
        MatchWithinMilliseconds)]
    private static partial Regex ProblemInSource();

    // The ways in which App says what is wrong with a member: by itself, or by one of two words.
    [GeneratedRegex(
        """(?:FieldError|new|\bWrong(?:Value)?(?:<[^(]+>)?)\(\s*(?:"\w+"|"payment_method\.token"|name|path|Path\(\w+\)|Path\(Shown\(member\.Name\)\))\s*,\s*"(?<code>[a-z_]+)"\s*,|\bWrongWhole<[^(]+>\(\s*"(?<code>[a-z_]+)"\s*,|\?\s*"(?<code>unsupported_card_brand)"\s*:\s*"(?<code>[a-z_]+)";""",
        RegexOptions.CultureInvariant,
        MatchWithinMilliseconds)]
    private static partial Regex FieldErrorInSource();

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PathParameter();
}
