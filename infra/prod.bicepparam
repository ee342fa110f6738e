using 'main.bicep'

param environmentName = 'prod'
param costCenter = 'payments'
param owner = 'payments-core'
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', 'payments-core@example.com')
param firstOperatorKeyHash = readEnvironmentVariable('FIRST_OPERATOR_KEY_HASH', '')
param publicUrl = readEnvironmentVariable('PUBLIC_URL', '')
param takesSftp = true
param dropAddresses = json(readEnvironmentVariable('DROP_ADDRESSES', '[]'))

// Each has endpoints of its own for our account, and its own key to drop files with: both are agreed and not in the code.
param acquirers = [
  {
    name: 'northbank'
    protocol: 'adyen'
    endpoint: readEnvironmentVariable(
      'NORTHBANK_ENDPOINT',
      'https://railyard-checkout-live.adyenpayments.com/checkout/v71/'
    )
    merchantAccount: 'RailyardNorth'
    feeBasisPoints: 90
    feeFixedMinorUnits: 10
    settlement: {
      businessDays: 2
      cutOff: '18:00'
      timeZone: 'Europe/Amsterdam'
      calendar: 'target2'
    }
    bankAccount: 'main'
    paidWithinDays: 2
    bankNames: ['NORTHBANK N.V.', 'NB SETTLEMENT']
    isNotifying: true
    sshPublicKey: readEnvironmentVariable('NORTHBANK_SSH_KEY', 'ssh-ed25519 AAAA northbank')
  }
  {
    name: 'stripe'
    protocol: 'stripe'
    endpoint: 'https://api.stripe.com'
    feeBasisPoints: 150
    feeFixedMinorUnits: 25
    settlement: {
      businessDays: 3
    }
    bankAccount: 'main'
    paidWithinDays: 3
    isNotifying: true
  }
  {
    name: 'tidebank'
    protocol: 'iso8583'
    endpoint: readEnvironmentVariable('TIDEBANK_ENDPOINT', 'tls://switch.tidebank.example:7085')
    merchantAccount: 'RailyardTide'
    feeBasisPoints: 80
    feeFixedMinorUnits: 12
    settlement: {
      businessDays: 1
      cutOff: '22:00'
      timeZone: 'Europe/London'
      calendar: 'weekends'
    }
    bankAccount: 'main'
    paidWithinDays: 2
    isNotifying: false
    sshPublicKey: readEnvironmentVariable('TIDEBANK_SSH_KEY', 'ssh-ed25519 AAAA tidebank')
  }
]

param bankAccounts = [
  {
    name: 'main'
    bank: 'Railbank'
    sshPublicKey: readEnvironmentVariable('MAIN_BANK_SSH_KEY', 'ssh-ed25519 AAAA railbank')
  }
]

param payoutAccounts = [
  {
    currency: 'EUR'
    name: 'Railyard Payments'
    iban: readEnvironmentVariable('EUR_PAYOUT_IBAN', 'DE89370400440532013000')
    bic: readEnvironmentVariable('EUR_PAYOUT_BIC', 'COBADEFFXXX')
    statements: 'main'
  }
]

param approvalAbove = {
  EUR: 50000
  GBP: 50000
  USD: 50000
}
