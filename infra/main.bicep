import { environmentKind, namesOf } from 'names.bicep'
import { acquirer } from 'acquirer.bicep'
import { bankAccount, payoutAccount } from 'bank.bicep'

targetScope = 'resourceGroup'

@description('Where the resources live.')
param location string = resourceGroup().location

param environmentName environmentKind

@description('Who pays and who answers for it: they become tags.')
param costCenter string
param owner string

@description('The acquirers that are called, and that drop files.')
param acquirers acquirer[]

@description('Our accounts, whose banks drop statements.')
param bankAccounts bankAccount[]

@description('The account of each currency that merchants are paid from; in a currency without one nobody is paid.')
param payoutAccounts payoutAccount[]

@description('By currency, the amount in minor units above which a second operator must agree how a discrepancy is resolved.')
param approvalAbove object = {}

@description('Whether acquirers and banks may drop files by SFTP.')
param takesSftp bool

@description('The addresses that they drop from.')
param dropAddresses string[] = []

@description('Where the world finds the app; nothing for the name that Azure gives it.')
param publicUrl string = ''

@description('The SHA-256 of the first operator key, in hex: only until that operator has issued another.')
param firstOperatorKeyHash string = ''

@description('Who is told of alerts.')
param alertEmail string

@description('The worth of a day\'s discrepancies in one currency, in minor units, from which on somebody is told.')
param discrepancyMinorUnits int = 100000

var isProd = environmentName == 'prod'
var names = namesOf(environmentName, uniqueString(resourceGroup().id))
var tags = {
  application: 'railyard'
  environment: environmentName
  costCenter: costCenter
  owner: owner
  managedBy: 'bicep'
}

// Whom the app is everywhere: an identity of its own, so that its rights outlive the app.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: names.identity
  location: location
  tags: tags
}

module network 'modules/network.bicep' = if (isProd) {
  params: {
    location: location
    names: names
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    location: location
    environmentName: environmentName
    names: names
    tags: tags
  }
  dependsOn: [
    identity
  ]
}

module storage 'modules/storage.bicep' = {
  params: {
    location: location
    environmentName: environmentName
    names: names
    tags: tags
    acquirers: acquirers
    bankAccounts: bankAccounts
    takesSftp: takesSftp
    dropAddresses: dropAddresses
  }
  dependsOn: [
    monitoring
  ]
}

module bus 'modules/servicebus.bicep' = {
  params: {
    location: location
    environmentName: environmentName
    names: names
    tags: tags
  }
  dependsOn: [
    monitoring
  ]
}

module cosmos 'modules/cosmos.bicep' = {
  params: {
    location: location
    environmentName: environmentName
    names: names
    tags: tags
  }
  dependsOn: [
    monitoring
  ]
}

module durable 'modules/durable.bicep' = {
  params: {
    location: location
    environmentName: environmentName
    names: names
    tags: tags
    // It has no private address yet: in prod it takes calls from our one outbound address only.
    allowedAddresses: isProd ? ['${network.?outputs.outboundAddress ?? ''}/32'] : ['0.0.0.0/0']
  }
  dependsOn: [
    identity
  ]
}

module vault 'modules/vault.bicep' = {
  params: {
    location: location
    environmentName: environmentName
    names: names
    tags: tags
  }
  dependsOn: [
    monitoring
  ]
}

var storageSuffix = environment().suffixes.storage
var privately = [
  {
    target: names.files
    serviceId: resourceId('Microsoft.Storage/storageAccounts', names.files)
    group: 'blob'
    zoneName: 'privatelink.blob.${storageSuffix}'
  }
  {
    target: names.files
    serviceId: resourceId('Microsoft.Storage/storageAccounts', names.files)
    group: 'queue'
    zoneName: 'privatelink.queue.${storageSuffix}'
  }
  {
    target: names.drops
    serviceId: resourceId('Microsoft.Storage/storageAccounts', names.drops)
    group: 'blob'
    zoneName: 'privatelink.blob.${storageSuffix}'
  }
  {
    target: names.drops
    serviceId: resourceId('Microsoft.Storage/storageAccounts', names.drops)
    group: 'dfs'
    zoneName: 'privatelink.dfs.${storageSuffix}'
  }
  {
    target: names.drops
    serviceId: resourceId('Microsoft.Storage/storageAccounts', names.drops)
    group: 'queue'
    zoneName: 'privatelink.queue.${storageSuffix}'
  }
  {
    target: names.cosmos
    serviceId: resourceId('Microsoft.DocumentDB/databaseAccounts', names.cosmos)
    group: 'Sql'
    zoneName: 'privatelink.documents.azure.com'
  }
  {
    target: names.bus
    serviceId: resourceId('Microsoft.ServiceBus/namespaces', names.bus)
    group: 'namespace'
    zoneName: 'privatelink.servicebus.windows.net'
  }
  {
    target: names.vault
    serviceId: resourceId('Microsoft.KeyVault/vaults', names.vault)
    group: 'vault'
    zoneName: 'privatelink.vaultcore.azure.net'
  }
]

module privateEndpoint 'modules/private-endpoint.bicep' = [
  for one in privately: if (isProd) {
    name: 'private-${one.target}-${one.group}'
    params: {
      location: location
      tags: tags
      target: one.target
      serviceId: one.serviceId
      group: one.group
      zoneName: one.zoneName
      subnetId: network.?outputs.privateSubnetId ?? ''
    }
    dependsOn: [
      storage
      bus
      cosmos
      vault
    ]
  }
]

module app 'modules/app.bicep' = {
  params: {
    location: location
    environmentName: environmentName
    names: names
    tags: tags
    subnetId: network.?outputs.appSubnetId ?? ''
    schedulerEndpoint: durable.outputs.endpoint
    acquirers: acquirers
    bankAccounts: bankAccounts
    payoutAccounts: payoutAccounts
    approvalAbove: approvalAbove
    publicUrl: publicUrl
    firstOperatorKeyHash: firstOperatorKeyHash
  }
  dependsOn: [
    storage
    bus
    cosmos
    vault
    privateEndpoint
  ]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    location: location
    environmentName: environmentName
    names: names
    tags: tags
    alertEmail: alertEmail
    discrepancyMinorUnits: discrepancyMinorUnits
  }
  dependsOn: [
    bus
    cosmos
    monitoring
  ]
}

output appName string = names.app
output hostName string = app.outputs.hostName
output vaultName string = names.vault
output filesName string = names.files
output dropsName string = names.drops
