import { environmentKind, resourceNames } from '../names.bicep'

@description('What wakes somebody up. The names are those of the app\'s meter; a test compares them.')
param location string
param environmentName environmentKind
param names resourceNames
param tags object

@description('Who is told.')
param alertEmail string

@description('The worth of a day\'s new discrepancies in one currency, in minor units, from which on somebody looks today.')
param discrepancyMinorUnits int

var onProd = environmentName == 'prod'
// Of a thousand requests one may fail by our fault; at 14.4 times that pace a month's allowance is gone in two days.
var fastBurn = '''
let failed = (window: timespan) {
  toscalar(AppRequests
    | where TimeGenerated > ago(window)
    | summarize todouble(countif(toint(ResultCode) >= 500)) / max_of(count(), 1))
};
print value = iff(failed(1h) > 0.0144 and failed(5m) > 0.0144, 1, 0)
'''

var queries = [
  {
    name: 'unresolved-payments'
    description: 'Payments of which nobody knows the outcome wait for a person (README: Acquirer down).'
    severity: 2
    window: 'PT15M'
    query: 'AppMetrics | where Name == "railyard.payments.unresolved" | summarize value = sum(Sum)'
    threshold: 0
  }
  {
    name: 'unknown-outcomes'
    description: 'More than 20 attempts in 15 minutes ended without an answer.'
    severity: 2
    query: 'AppMetrics | where Name == "railyard.attempts.unknown" | summarize value = sum(Sum)'
    window: 'PT15M'
    threshold: 20
  }
  {
    name: 'discrepancy-value'
    description: 'The discrepancies found within a day are worth more than agreed.'
    severity: 2
    window: 'P1D'
    query: 'AppMetrics | where Name == "railyard.discrepancies.value" | extend currency = tostring(Properties.currency) | summarize value = sum(Sum) by currency'
    threshold: discrepancyMinorUnits
  }
  {
    name: 'ledger-drift'
    description: 'The ledger does not agree with itself (README: Ledger drift).'
    severity: 0
    window: 'P1D'
    query: 'AppMetrics | where Name == "railyard.ledger.drift" | summarize value = max(max_of(abs(Max), abs(Min)))'
    threshold: 0
  }
  {
    name: 'queue-age'
    description: 'Messages wait longer than five minutes before somebody takes them.'
    severity: 2
    window: 'PT15M'
    query: 'AppMetrics | where Name == "railyard.messages.age" | summarize value = max(Max)'
    threshold: 300
  }
  {
    name: 'error-budget'
    description: 'Requests fail by our fault at a pace that uses a month\'s error budget up in two days.'
    severity: 1
    window: 'PT15M'
    query: fastBurn
    threshold: 0
  }
]

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: names.workspace
}

resource bus 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: names.bus
}

resource cosmos 'Microsoft.DocumentDB/databaseAccounts@2024-11-15' existing = {
  name: names.cosmos
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: names.actions
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'railyard'
    enabled: true
    emailReceivers: [
      {
        name: 'on-call'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

resource byQuery 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for one in queries: {
    name: '${names.alert}-${one.name}'
    location: location
    tags: tags
    properties: {
      displayName: one.name
      description: one.description
      enabled: true
      severity: one.severity
      evaluationFrequency: 'PT5M'
      windowSize: one.window
      overrideQueryTimeRange: one.name == 'error-budget' ? 'PT2H' : null
      autoMitigate: true
      scopes: [
        workspace.id
      ]
      criteria: {
        allOf: [
          {
            query: one.query
            metricMeasureColumn: 'value'
            timeAggregation: 'Maximum'
            operator: 'GreaterThan'
            threshold: one.threshold
            dimensions: one.name == 'discrepancy-value'
              ? [
                  {
                    name: 'currency'
                    operator: 'Include'
                    values: ['*']
                  }
                ]
              : []
            failingPeriods: {
              minFailingPeriodsToAlert: 1
              numberOfEvaluationPeriods: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [
          people.id
        ]
      }
    }
  }
]

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${names.alert}-dead-letters'
  location: 'global'
  tags: tags
  properties: {
    description: 'Messages that nobody could process wait for a person: GET /ops/v1/dead-letters.'
    enabled: true
    severity: onProd ? 1 : 3
    scopes: [
      bus.id
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'dead letters'
          criterionType: 'StaticThresholdCriterion'
          metricName: 'DeadletteredMessages'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: [
            {
              name: 'EntityName'
              operator: 'Include'
              values: ['*']
            }
          ]
        }
      ]
    }
    actions: [
      {
        actionGroupId: people.id
      }
    ]
  }
}

resource throttled 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${names.alert}-throttled'
  location: 'global'
  tags: tags
  properties: {
    description: 'The database turns requests away for want of request units.'
    enabled: true
    severity: 2
    scopes: [
      cosmos.id
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'throttled'
          criterionType: 'StaticThresholdCriterion'
          metricName: 'TotalRequests'
          metricNamespace: 'Microsoft.DocumentDB/databaseAccounts'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 100
          dimensions: [
            {
              name: 'StatusCode'
              operator: 'Include'
              values: ['429']
            }
          ]
        }
      ]
    }
    actions: [
      {
        actionGroupId: people.id
      }
    ]
  }
}
