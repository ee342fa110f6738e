targetScope = 'resourceGroup'

@description('Where the resources live.')
param location string = resourceGroup().location

@description('Names the environment in every resource: dev or prod.')
@allowed(['dev', 'prod'])
param environmentName string = 'dev'

var tags = {
  application: 'railyard'
  environment: environmentName
}

@description('Holds what acquirers drop, settlement files under work and the payout files.')
resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: take('railyard${environmentName}${uniqueString(resourceGroup().id)}', 24)
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: environmentName == 'prod' ? 'Standard_ZRS' : 'Standard_LRS'
  }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

output storageName string = storage.name
