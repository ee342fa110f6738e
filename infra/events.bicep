import { environmentKind, namesOf } from 'names.bicep'
import { roles } from 'roles.bicep'

targetScope = 'resourceGroup'

@description('Tells the app of dropped files. It is deployed after the code: the key of its blob endpoint exists only then.')
param location string = resourceGroup().location

param environmentName environmentKind

param tags object = {
  application: 'railyard'
  environment: environmentName
  managedBy: 'bicep'
}

var names = namesOf(environmentName, uniqueString(resourceGroup().id))
var inboxes = [
  {
    container: 'settlement-inbox'
    function: 'SettlementFileArrived'
  }
  {
    container: 'statement-inbox'
    function: 'BankStatementArrived'
  }
]

resource drops 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: names.drops

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource undelivered 'containers' existing = {
      name: 'event-dead-letters'
    }
  }
}

resource app 'Microsoft.Web/sites@2024-11-01' existing = {
  name: names.app
}

resource arrivals 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: names.arrivals
  location: location
  tags: tags
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    source: drops.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

resource leavesBehind 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(drops::blobs::undelivered.id, arrivals.id, roles.storageBlobDataContributor)
  scope: drops::blobs::undelivered
  properties: {
    principalId: arrivals.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageBlobDataContributor
    )
  }
}

resource told 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = [
  for inbox in inboxes: {
    parent: arrivals
    name: inbox.container
    properties: {
      eventDeliverySchema: 'EventGridSchema'
      destination: {
        endpointType: 'WebHook'
        properties: {
          endpointUrl: 'https://${app.properties.defaultHostName}/runtime/webhooks/blobs?functionName=Host.Functions.${inbox.function}&code=${listKeys('${app.id}/host/default', '2024-11-01').systemKeys.blobs_extension}'
          minimumTlsVersionAllowed: '1.2'
        }
      }
      filter: {
        includedEventTypes: ['Microsoft.Storage.BlobCreated']
        subjectBeginsWith: '/blobServices/default/containers/${inbox.container}/blobs/'
        // By SFTP a file is first created empty and committed when it is closed: only then is it whole.
        advancedFilters: [
          {
            operatorType: 'StringIn'
            key: 'data.api'
            values: ['PutBlob', 'PutBlockList', 'CopyBlob', 'FlushWithClose', 'SftpCommit']
          }
        ]
      }
      retryPolicy: {
        maxDeliveryAttempts: 30
        eventTimeToLiveInMinutes: 1440
      }
      deadLetterWithResourceIdentity: {
        identity: {
          type: 'SystemAssigned'
        }
        deadLetterDestination: {
          endpointType: 'StorageBlob'
          properties: {
            resourceId: drops.id
            blobContainerName: drops::blobs::undelivered.name
          }
        }
      }
    }
    dependsOn: [
      leavesBehind
    ]
  }
]
