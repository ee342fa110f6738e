import { environmentKind, resourceNames } from '../names.bicep'
import { roles } from '../roles.bicep'

@description('The Durable Task Scheduler: paid by action in dev; in prod three units, which is what it takes to outlive a zone.')
param location string
param environmentName environmentKind
param names resourceNames
param tags object

@description('The addresses that may call it, as ranges.')
param allowedAddresses string[]

var isProd = environmentName == 'prod'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: names.identity
}

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: names.scheduler
  location: location
  tags: tags
  properties: {
    ipAllowlist: allowedAddresses
    sku: isProd
      ? {
          name: 'Dedicated'
          capacity: 3
        }
      : {
          name: 'Consumption'
        }
  }
}

resource hub 'Microsoft.DurableTask/schedulers/taskHubs@2025-11-01' = {
  parent: scheduler
  name: 'railyard'
}

resource given 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(hub.id, names.identity, roles.durableTaskDataContributor)
  scope: hub
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.durableTaskDataContributor
    )
  }
}

output endpoint string = scheduler.properties.endpoint
