@description('An account of ours at a bank, to which acquirers pay or from which merchants are paid.')
@export()
type bankAccount = {
  @description('What it is called here, in small letters and digits: the bank drops its statements into a folder of that name.')
  @minLength(3)
  @maxLength(20)
  name: string

  @description('The bank that keeps it.')
  bank: string

  @description('Its SSH key where it drops statements by SFTP, in the form of an authorized_keys line.')
  sshPublicKey: string?
}

@description('The account that merchants are paid from in a currency.')
@export()
type payoutAccount = {
  @description('The currency (ISO 4217).')
  @minLength(3)
  @maxLength(3)
  currency: string

  @description('Whose it is, as the bank writes it.')
  name: string

  @minLength(15)
  @maxLength(34)
  iban: string

  @description('The bank, where its country asks for it.')
  bic: string?

  @description('The account by the name under which its statements come.')
  statements: string
}
