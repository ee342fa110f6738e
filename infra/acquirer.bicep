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

  @description('When its files come, and how far they may be off; at once and to the cent where nothing is said.')
  settlement: {
    @description('How many business days after it took an operation its file must have it.')
    @minValue(0)
    @maxValue(60)
    businessDays: int

    @description('Until when on its clock it counts to the same day, such as 18:00.')
    cutOff: string?

    @description('Where that clock hangs (tz database).')
    timeZone: string?

    @description('When it works: but on weekends, or also not on the six days of TARGET.')
    calendar: ('weekends' | 'target2')?
  }?

  @description('The account of ours that it pays to: a name of bankAccounts.')
  bankAccount: string

  @description('Within how many working days our bank must show what it has paid.')
  @minValue(0)
  @maxValue(90)
  paidWithinDays: int

  @description('What our bank calls it, besides its name and the name of our account there.')
  bankNames: string[]?

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
