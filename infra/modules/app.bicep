import { environmentKind, resourceNames } from '../names.bicep'
import { bankAccount, payoutAccount } from '../bank.bicep'
import { acquirer, apiKeySecretOf, hmacKeySecretOf } from '../acquirer.bicep'

@description('The function app on Flex Consumption, with every setting that it reads. None of them is a secret.')
param location string
param environmentName environmentKind
param names resourceNames
param tags object

@description('Its subnet, or nothing where it needs none.')
param subnetId string

param schedulerEndpoint string
param acquirers acquirer[]
param bankAccounts bankAccount[]
param payoutAccounts payoutAccount[]

@description('By currency, the amount in minor units above which two operators resolve a discrepancy.')
param approvalAbove object

param publicUrl string
param firstOperatorKeyHash string

var isProd = environmentName == 'prod'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: names.identity
}

resource files 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: names.files
}

resource drops 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: names.drops
}

resource cosmos 'Microsoft.DocumentDB/databaseAccounts@2024-11-15' existing = {
  name: names.cosmos
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: names.vault
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: names.insights
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: names.workspace
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: names.plan
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: isProd
  }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: names.app
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      remoteDebuggingEnabled: false
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${files.properties.primaryEndpoints.blob}deployments'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: isProd ? 100 : 40
        alwaysReady: isProd
          ? [
              {
                name: 'http'
                instanceCount: 2
              }
              {
                name: 'durable'
                instanceCount: 2
              }
            ]
          : []
      }
    }
  }

  // Whoever deploys proves who they are; there is no password for it.
  resource noPasswordsForCode 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  resource noPasswordsForFiles 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: union(
      {
        AZURE_CLIENT_ID: identity.properties.clientId
        AzureWebJobsStorage__blobServiceUri: files.properties.primaryEndpoints.blob
        AzureWebJobsStorage__queueServiceUri: files.properties.primaryEndpoints.queue
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identity.properties.clientId
        Drops__blobServiceUri: drops.properties.primaryEndpoints.blob
        Drops__queueServiceUri: drops.properties.primaryEndpoints.queue
        Drops__credential: 'managedidentity'
        Drops__clientId: identity.properties.clientId
        ServiceBus__fullyQualifiedNamespace: '${names.bus}.servicebus.windows.net'
        ServiceBus__credential: 'managedidentity'
        ServiceBus__clientId: identity.properties.clientId
        Cosmos__accountEndpoint: cosmos.properties.documentEndpoint
        Cosmos__database: loadJsonContent('../../local/resources/cosmos.json').database
        KeyVault__vaultUri: vault.properties.vaultUri
        DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identity.properties.clientId}'
        TASKHUB_NAME: 'railyard'
        APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
        PublicUrl: empty(publicUrl) ? 'https://${app.properties.defaultHostName}/' : publicUrl
      },
      toObject(bankAccounts, one => 'BankAccounts__${one.name}', one => one.bank),
      toObject(items(approvalAbove), one => 'Reconciliation__approvalAbove__${one.key}', one => string(one.value)),
      reduce(
        payoutAccounts,
        {},
        (all, one) =>
          union(
            all,
            {
              'Payouts__accounts__${one.currency}__name': one.name
              'Payouts__accounts__${one.currency}__iban': one.iban
              'Payouts__accounts__${one.currency}__statements': one.statements
            },
            empty(one.?bic) ? {} : { 'Payouts__accounts__${one.currency}__bic': one.?bic }
          )
      ),
      empty(firstOperatorKeyHash) ? {} : { Operators__firstKeyHash: firstOperatorKeyHash },
      reduce(
        acquirers,
        {},
        (all, one) =>
          union(
            all,
            {
              'Acquirers__${one.name}__protocol': one.protocol
              'Acquirers__${one.name}__endpoint': one.endpoint
              'Acquirers__${one.name}__merchantAccount': one.?merchantAccount ?? ''
              'Acquirers__${one.name}__feeBasisPoints': string(one.feeBasisPoints)
              'Acquirers__${one.name}__feeFixedMinorUnits': string(one.feeFixedMinorUnits)
              'Acquirers__${one.name}__bankAccount': one.bankAccount
              'Acquirers__${one.name}__paidWithinDays': string(one.paidWithinDays)
            },
            toObject(
              range(0, length(one.?bankNames ?? [])),
              place => 'Acquirers__${one.name}__bankNames__${place}',
              place => (one.?bankNames ?? [])[place]
            ),
            toObject(
              items(one.?settlement ?? {}),
              said => 'Acquirers__${one.name}__settlement__${said.key}',
              said => string(said.value)
            ),
            one.protocol == 'iso8583'
              ? {}
              : {
                  'Acquirers__${one.name}__apiKey': '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/${apiKeySecretOf(one.name)})'
                },
            one.isNotifying
              ? {
                  'Acquirers__${one.name}__hmacKey': '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/${hmacKeySecretOf(one.name)})'
                }
              : {}
          )
      )
    )
  }
}

resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        category: 'FunctionAppLogs'
        enabled: true
      }
    ]
  }
}

output hostName string = app.properties.defaultHostName
