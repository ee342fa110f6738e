@description('An acquirer that the app calls. Its keys are secrets in the vault, named by convention, and nowhere else.')
@export()
type acquirer = {
  @description('What it is called: acquirers drop files into a folder of that name.')
  @minLength(3)
  @maxLength(20)
  name: string

  @description('What it speaks.')
  protocol: 'adyen' | 'stripe' | 'iso8583'

  @description('Where it is called: https://, or tls:// for ISO 8583.')
  endpoint: string

  @description('Our account there.')
  merchantAccount: string?

  @description('The share it charges, in hundredths of a percent.')
  feeBasisPoints: int

  @description('What it charges for each payment beside the share, in minor units.')
  feeFixedMinorUnits: int

  @description('Whether it signs its notifications: then the vault has acquirer-<name>-hmac-key.')
  isNotifying: bool

  @description('Its SSH key where it drops its files by SFTP, in the form of an authorized_keys line.')
  sshPublicKey: string?
}

@description('The secret with our key at that acquirer.')
@export()
func apiKeySecretOf(acquirer string) string => 'acquirer-${acquirer}-api-key'

@description('The secret under which that acquirer signs its notifications.')
@export()
func hmacKeySecretOf(acquirer string) string => 'acquirer-${acquirer}-hmac-key'
