using Railyard.Local.ServiceBus;

namespace Railyard.Local.Tests.ServiceBus;

public sealed class TopologyTests
{
    [Fact]
    public void The_emulators_own_format_is_read()
    {
        var topology = Load(
            """
            { "UserConfig": { "Namespaces": [ { "Name": "sbemulatorns",
              "Queues": [ { "Name": "queue.1", "Properties": {
                "DeadLetteringOnMessageExpiration": true, "DefaultMessageTimeToLive": "PT1H",
                "DuplicateDetectionHistoryTimeWindow": "PT20S", "ForwardDeadLetteredMessagesTo": "", "ForwardTo": "",
                "LockDuration": "PT30S", "MaxDeliveryCount": 3, "RequiresDuplicateDetection": true,
                "RequiresSession": true } } ],
              "Topics": [ { "Name": "topic.1",
                "Properties": { "DefaultMessageTimeToLive": "PT2H", "RequiresDuplicateDetection": false },
                "Subscriptions": [ { "Name": "s1", "Properties": { "MaxDeliveryCount": 5 } } ] } ] } ],
              "Logging": { "Type": "File" } } }
            """);

        Assert.Equal(
            new QueueDefinition("queue.1")
            {
                DeadLetteringOnMessageExpiration = true,
                DefaultMessageTimeToLive = TimeSpan.FromHours(1),
                DuplicateDetectionHistoryTimeWindow = TimeSpan.FromSeconds(20),
                LockDuration = TimeSpan.FromSeconds(30),
                MaxDeliveryCount = 3,
                RequiresDuplicateDetection = true,
                RequiresSession = true,
            },
            Assert.Single(topology.Queues));
        var topic = Assert.Single(topology.Topics);
        Assert.Equal(("topic.1", TimeSpan.FromHours(2)), (topic.Name, topic.DefaultMessageTimeToLive));
        var subscription = Assert.Single(topic.Subscriptions);
        Assert.Empty(subscription.Rules);
        Assert.Equal(new SubscriptionDefinition("s1") { MaxDeliveryCount = 5, Rules = subscription.Rules }, subscription);
    }

    [Theory]
    [InlineData("""{ "Name": "q", "Properties": { "EnablePartitioning": true } }""", "EnablePartitioning")]
    [InlineData("""{ "Name": "q", "Properties": { "LockDuration": "1 minute" } }""", "ISO 8601")]
    [InlineData("""{ "Name": "q", "Properties": { "LockDuration": "PT10M" } }""", "LockDuration")]
    [InlineData("""{ "Name": "q", "Properties": { "MaxDeliveryCount": 0 } }""", "MaxDeliveryCount")]
    [InlineData("""{ "Name": "q", "Properties": { "DuplicateDetectionHistoryTimeWindow": "PT1S" } }""", "Window")]
    [InlineData("""{ "Name": "q", "Properties": { "ForwardTo": "r" } }""", "forwarding")]
    [InlineData("""{ "Name": "q" }, { "Name": "Q" }""", "more than one")]
    [InlineData("""{ "Name": "a b" }""", "a b")]
    public void A_setting_that_is_unknown_or_impossible_is_refused_by_name(string queues, string named)
    {
        var fault = Assert.Throws<InvalidDataException>(() => Load(
            $$"""{ "UserConfig": { "Namespaces": [ { "Name": "n", "Queues": [ {{queues}} ] } ] } }"""));

        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Name": "r" }""", "only correlation filters")]
    [InlineData("""{ "Name": "r", "Properties": { "FilterType": "Sql", "CorrelationFilter": { "Label": "a" } } }""", "only correlation filters")]
    [InlineData("""{ "Name": "r", "Properties": { "FilterType": "Correlation", "CorrelationFilter": {} } }""", "must name something")]
    [InlineData("""{ "Name": "r", "Properties": { "FilterType": "Correlation", "SqlFilter": {} } }""", "SqlFilter")]
    public void A_rule_that_is_no_correlation_filter_is_refused(string rule, string named)
    {
        var fault = Assert.Throws<InvalidDataException>(() => Load(
            $$"""
            { "UserConfig": { "Namespaces": [ { "Name": "n", "Topics": [ { "Name": "t", "Subscriptions": [
              { "Name": "s", "Rules": [ {{rule}} ] } ] } ] } ] } }
            """));

        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_correlation_filter_is_read_with_all_that_it_names()
    {
        var topology = Load(
            """
            { "UserConfig": { "Namespaces": [ { "Name": "n", "Topics": [ { "Name": "t", "Subscriptions": [
              { "Name": "s", "Rules": [ { "Name": "r", "Properties": { "FilterType": "Correlation",
                "CorrelationFilter": { "Label": "paid", "CorrelationId": "c", "Properties": { "is_latest": "true" } } } } ] } ] } ] } ] } }
            """);

        var rule = Assert.Single(topology.Topics[0].Subscriptions[0].Rules);
        Assert.Equal(("r", "paid", "c", "true"), (rule.Name, rule.Subject, rule.CorrelationId, rule.Properties["is_latest"]));
    }

    static BrokerTopology Load(string json)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, json);
            return BrokerTopology.Load(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
