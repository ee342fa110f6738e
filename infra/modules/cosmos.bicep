import { environmentKind, resourceNames } from '../names.bicep'

@description('The database: containers are read from the same file as the local endpoint, what each indexes from containers.json.')
param location string
param environmentName environmentKind
param names resourceNames
param tags object

var isProd = environmentName == 'prod'
var declared object = loadJsonContent('../../local/resources/cosmos.json')
var tuned object = loadJsonContent('../containers.json')
var containers array = declared.containers
var usual = {
  indexed: []
  mostRequestUnits: 1000
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: names.identity
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: names.workspace
}

resource account 'Microsoft.DocumentDB/databaseAccounts@2024-11-15' = {
  name: names.cosmos
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: isProd ? 'Disabled' : 'Enabled'
    // One write region, always: two would decide by the later clock, and money is not decided by clocks.
    enableMultipleWriteLocations: false
    enableAutomaticFailover: false
    consistencyPolicy: {
      defaultConsistencyLevel: 'Session'
    }
    locations: [
      {
        locationName: location
        failoverPriority: 0
        isZoneRedundant: isProd
      }
    ]
    backupPolicy: {
      type: 'Continuous'
      continuousModeProperties: {
        tier: isProd ? 'Continuous30Days' : 'Continuous7Days'
      }
    }
    capabilities: isProd
      ? []
      : [
          {
            name: 'EnableServerless'
          }
        ]
  }
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2024-11-15' = {
  parent: account
  name: declared.database
  properties: {
    resource: {
      id: declared.database
    }
  }
}

resource container 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2024-11-15' = [
  for one in containers: {
    parent: database
    name: one.id
    properties: {
      resource: {
        id: one.id
        partitionKey: {
          paths: array(one.partitionKey)
          kind: length(array(one.partitionKey)) > 1 ? 'MultiHash' : 'Hash'
          version: 2
        }
        defaultTtl: one.?defaultTtl
        // The id and the time of the last change are always indexed; a partition key, so that a query within one finds it;
        // everything else only where a query asks for it.
        indexingPolicy: {
          indexingMode: 'consistent'
          automatic: true
          includedPaths: map(
            concat(
              map(filter(array(one.partitionKey), path => path != '/id'), path => '${path}/?'),
              (tuned[?one.id] ?? usual).indexed
            ),
            path => { path: path }
          )
          excludedPaths: [
            {
              path: '/*'
            }
          ]
        }
        uniqueKeyPolicy: {
          uniqueKeys: map(one.?uniqueKeys ?? [], paths => { paths: paths })
        }
      }
      options: isProd
        ? {
            autoscaleSettings: {
              maxThroughput: (tuned[?one.id] ?? usual).mostRequestUnits
            }
          }
        : {}
    }
  }
]

// Items and queries; no keys, no containers, no stored procedures.
resource itemsOnly 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions@2024-11-15' = {
  parent: account
  name: guid(account.id, 'items-only')
  properties: {
    roleName: 'Railyard reads and writes items'
    type: 'CustomRole'
    assignableScopes: [
      account.id
    ]
    permissions: [
      {
        dataActions: [
          'Microsoft.DocumentDB/databaseAccounts/readMetadata'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/executeQuery'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/*'
        ]
      }
    ]
  }
}

resource given 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2024-11-15' = {
  parent: account
  name: guid(account.id, names.identity, 'items-only')
  properties: {
    principalId: identity.properties.principalId
    roleDefinitionId: itemsOnly.id
    scope: '${account.id}/dbs/${declared.database}'
  }
  dependsOn: [
    database
  ]
}

resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        category: 'ControlPlaneRequests'
        enabled: true
      }
      {
        category: 'PartitionKeyRUConsumption'
        enabled: isProd
      }
    ]
  }
}
