import { environmentKind, resourceNames } from '../names.bicep'
import { roles } from '../roles.bicep'

@description('The queues, the topic and its subscriptions: read from the same file as the local broker, so that they cannot differ.')
param location string
param environmentName environmentKind
param names resourceNames
param tags object

var isProd = environmentName == 'prod'
var declared object = loadJsonContent('../../local/resources/servicebus.json').UserConfig.Namespaces[0]
var queues array = declared.Queues
var topics array = declared.Topics
var subscriptions array = flatten(map(
  topics,
  topic => map(topic.Subscriptions, subscription => { topic: topic.Name, declared: subscription })
))

// Azure gives every new subscription a rule of that name that takes everything: the first of ours takes its place.
var usualRule = '$Default'
var rules array = flatten(map(
  subscriptions,
  one =>
    map(one.declared.?Rules ?? [], (rule, i) => {
      topic: one.topic
      subscription: one.declared.Name
      name: i == 0 ? usualRule : rule.Name
      filter: rule.Properties.CorrelationFilter
    })
))

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: names.identity
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: names.workspace
}

resource bus 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: names.bus
  location: location
  tags: tags
  sku: isProd
    ? {
        name: 'Premium'
        tier: 'Premium'
        capacity: 1
      }
    : {
        name: 'Standard'
        tier: 'Standard'
      }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isProd ? 'Disabled' : 'Enabled'
    zoneRedundant: isProd
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for one in queues: {
    parent: bus
    name: one.Name
    properties: {
      requiresDuplicateDetection: one.Properties.RequiresDuplicateDetection
      duplicateDetectionHistoryTimeWindow: one.Properties.DuplicateDetectionHistoryTimeWindow
      requiresSession: one.Properties.?RequiresSession ?? false
      lockDuration: one.Properties.LockDuration
      maxDeliveryCount: one.Properties.MaxDeliveryCount
      deadLetteringOnMessageExpiration: true
    }
  }
]

resource topic 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = [
  for one in topics: {
    parent: bus
    name: one.Name
    properties: {
      requiresDuplicateDetection: one.Properties.RequiresDuplicateDetection
      duplicateDetectionHistoryTimeWindow: one.Properties.DuplicateDetectionHistoryTimeWindow
    }
  }
]

resource subscription 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = [
  for one in subscriptions: {
    name: '${bus.name}/${one.topic}/${one.declared.Name}'
    properties: {
      requiresSession: one.declared.Properties.?RequiresSession ?? false
      lockDuration: one.declared.Properties.LockDuration
      maxDeliveryCount: one.declared.Properties.MaxDeliveryCount
      deadLetteringOnMessageExpiration: true
      deadLetteringOnFilterEvaluationExceptions: true
    }
    dependsOn: [
      topic
    ]
  }
]

resource rule 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2024-01-01' = [
  for one in rules: {
    name: '${bus.name}/${one.topic}/${one.subscription}/${one.name}'
    properties: {
      filterType: 'CorrelationFilter'
      correlationFilter: {
        label: one.filter.?Label
        properties: one.filter.?Properties
      }
    }
    dependsOn: [
      subscription
    ]
  }
]

resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: bus
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        category: 'OperationalLogs'
        enabled: true
      }
    ]
  }
}

resource given 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [roles.serviceBusDataReceiver, roles.serviceBusDataSender]: {
    name: guid(bus.id, names.identity, role)
    scope: bus
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]
