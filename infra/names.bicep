@description('Dev is cheap and reachable; prod is redundant over zones and closed to the internet where it can be.')
@export()
type environmentKind = 'dev' | 'prod'

@description('What each resource is called.')
@export()
type resourceNames = {
  identity: string
  workspace: string
  insights: string
  actions: string
  alert: string
  network: string
  gateway: string
  outbound: string
  files: string
  drops: string
  bus: string
  cosmos: string
  scheduler: string
  vault: string
  plan: string
  app: string
  arrivals: string
}

@description('''
Names by convention: the kind, the application, the environment. Where a name is the whole world's, the token keeps it
apart from others'. All are known before anything is deployed, so that what-if can tell what will change.
''')
@export()
func namesOf(environmentName environmentKind, token string) resourceNames => {
  identity: 'id-railyard-${environmentName}'
  workspace: 'log-railyard-${environmentName}'
  insights: 'appi-railyard-${environmentName}'
  actions: 'ag-railyard-${environmentName}'
  alert: 'alert-railyard-${environmentName}'
  network: 'vnet-railyard-${environmentName}'
  gateway: 'ng-railyard-${environmentName}'
  outbound: 'pip-railyard-${environmentName}'
  // Storage accounts take no hyphens, and at most 24 characters.
  files: take('strailyard${environmentName}${token}', 24)
  drops: take('drrailyard${environmentName}${token}', 24)
  bus: 'sb-railyard-${environmentName}-${take(token, 6)}'
  cosmos: 'cosmos-railyard-${environmentName}-${take(token, 6)}'
  scheduler: 'dts-railyard-${environmentName}-${take(token, 6)}'
  vault: 'kv-railyard-${environmentName}-${take(token, 6)}'
  plan: 'plan-railyard-${environmentName}'
  app: 'func-railyard-${environmentName}-${take(token, 6)}'
  arrivals: 'evgt-railyard-${environmentName}'
}
