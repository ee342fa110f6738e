using 'main.bicep'

param environmentName = 'dev'
param costCenter = 'payments'
param owner = 'payments-core'
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', 'payments-core@example.com')
param firstOperatorKeyHash = readEnvironmentVariable('FIRST_OPERATOR_KEY_HASH', '')

// By the API and by storage tools only: SFTP is charged by the hour.
param takesSftp = false

param acquirers = [
  {
    name: 'northbank'
    protocol: 'adyen'
    endpoint: 'https://checkout-test.adyen.com/v71/'
    merchantAccount: 'RailyardNorth'
    feeBasisPoints: 90
    feeFixedMinorUnits: 10
    bankAccount: 'main'
    paidWithinDays: 3
    isNotifying: true
  }
  {
    name: 'stripe'
    protocol: 'stripe'
    endpoint: 'https://api.stripe.com'
    feeBasisPoints: 150
    feeFixedMinorUnits: 25
    bankAccount: 'main'
    paidWithinDays: 3
    isNotifying: true
  }
]

param bankAccounts = [
  {
    name: 'main'
    bank: 'Railbank'
  }
]

// Numbers from the IBAN registry's examples: nothing is paid from them.
param payoutAccounts = [
  {
    currency: 'EUR'
    name: 'Railyard Payments'
    iban: 'DE89370400440532013000'
    bic: 'COBADEFFXXX'
    statements: 'main'
  }
]
