import { environmentKind, resourceNames } from '../names.bicep'
import { acquirer } from '../acquirer.bicep'
import { bankAccount } from '../bank.bicep'
import { roles } from '../roles.bicep'

@description('Two accounts: what others may drop into, and what only we write. No acquirer and no bank is ever let into the second.')
param location string
param environmentName environmentKind
param names resourceNames
param tags object

param acquirers acquirer[]
param bankAccounts bankAccount[]

@description('Whether acquirers and banks may drop files by SFTP, which is charged by the hour.')
param takesSftp bool

@description('The addresses that they drop from; in prod nobody else gets as far as a login.')
param dropAddresses string[]

var isProd = environmentName == 'prod'
var containers array = loadJsonContent('../../local/resources/blobs.json').containers
var inboxes = filter(containers, name => endsWith(name, '-inbox'))
var kept = filter(containers, name => !endsWith(name, '-inbox'))
// An acquirer and an account may have one name; users of one storage account may not, and are of small letters and digits.
var droppers = concat(
  map(acquirers, one => { user: one.name, folder: 'settlement-inbox/${one.name}', key: one.?sshPublicKey }),
  map(bankAccounts, one => { user: 'bank${one.name}', folder: 'statement-inbox/${one.name}', key: one.?sshPublicKey })
)
var dropping = takesSftp ? filter(droppers, one => !empty(one.key)) : []
var undo = {
  enabled: true
  days: isProd ? 30 : 7
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: names.identity
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: names.workspace
}

// Settlement files and statements for good, payment files and the bank's answers, exports, and what the Functions host keeps for itself.
resource files 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: names.files
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: isProd ? 'Standard_ZRS' : 'Standard_LRS'
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: isProd ? 'Disabled' : 'Enabled'
    supportsHttpsTrafficOnly: true
    networkAcls: {
      bypass: 'None'
      defaultAction: isProd ? 'Deny' : 'Allow'
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      isVersioningEnabled: true
      changeFeed: {
        enabled: true
      }
      deleteRetentionPolicy: undo
      containerDeleteRetentionPolicy: undo
    }

    resource container 'containers' = [
      for name in concat(kept, ['deployments']): {
        name: name
        properties: {
          publicAccess: 'None'
        }
      }
    ]
  }

  resource lifecycle 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            // Whoever needs one again asks for it again.
            name: 'exports-are-copies'
            type: 'Lifecycle'
            definition: {
              filters: {
                blobTypes: ['blockBlob']
                prefixMatch: ['exports/']
              }
              actions: {
                baseBlob: {
                  delete: {
                    daysAfterModificationGreaterThan: 30
                  }
                }
                version: {
                  delete: {
                    daysAfterCreationGreaterThan: 30
                  }
                }
              }
            }
          }
          {
            // With the lines of each shard: an export of an old file reads them.
            name: 'files-cool-down'
            type: 'Lifecycle'
            definition: {
              filters: {
                blobTypes: ['blockBlob']
                prefixMatch: ['settlement-files/', 'payouts-outbox/', 'payout-reports/']
              }
              actions: {
                baseBlob: {
                  tierToCool: {
                    daysAfterModificationGreaterThan: 30
                  }
                  tierToCold: {
                    daysAfterModificationGreaterThan: 180
                  }
                }
                version: {
                  delete: {
                    daysAfterCreationGreaterThan: 90
                  }
                }
              }
            }
          }
        ]
      }
    }
  }
}

// SFTP needs a hierarchical namespace, which has no versions: what matters is copied into the other account on arrival.
resource drops 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: names.drops
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: isProd ? 'Standard_ZRS' : 'Standard_LRS'
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    isHnsEnabled: true
    isLocalUserEnabled: takesSftp
    isSftpEnabled: takesSftp
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: 'Enabled'
    supportsHttpsTrafficOnly: true
    networkAcls: {
      // Event Grid leaves here what it could not deliver.
      bypass: 'AzureServices'
      defaultAction: isProd ? 'Deny' : 'Allow'
      ipRules: [
        for address in dropAddresses: {
          value: address
          action: 'Allow'
        }
      ]
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: undo
      containerDeleteRetentionPolicy: undo
    }

    resource container 'containers' = [
      for name in concat(inboxes, ['event-dead-letters']): {
        name: name
        properties: {
          publicAccess: 'None'
        }
      }
    ]
  }

  // No password and no shared key, and no right to a container: the folder's access list lets them in (README).
  resource user 'localUsers' = [
    for one in dropping: {
      name: one.user
      properties: {
        hasSharedKey: false
        hasSshKey: true
        hasSshPassword: false
        homeDirectory: one.folder
        allowAclAuthorization: true
        permissionScopes: []
        sshAuthorizedKeys: [
          {
            description: one.user
            key: one.key
          }
        ]
      }
    }
  ]

  resource lifecycle 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            name: 'arrivals-are-copied'
            type: 'Lifecycle'
            definition: {
              filters: {
                blobTypes: ['blockBlob']
                prefixMatch: map(inboxes, name => '${name}/')
              }
              actions: {
                baseBlob: {
                  delete: {
                    daysAfterModificationGreaterThan: 90
                  }
                }
              }
            }
          }
        ]
      }
    }
  }
}

resource filesLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: files::blobs
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        category: 'StorageWrite'
        enabled: true
      }
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

resource dropsLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: drops::blobs
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        category: 'StorageRead'
        enabled: true
      }
      {
        category: 'StorageWrite'
        enabled: true
      }
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

// The host's locks and the blob trigger need no less than Owner, says its documentation; its queue is beside the blobs.
var needed = [roles.storageBlobDataOwner, roles.storageQueueDataContributor]

resource ofFiles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in needed: {
    name: guid(files.id, names.identity, role)
    scope: files
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource ofDrops 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in needed: {
    name: guid(drops.id, names.identity, role)
    scope: drops
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]
