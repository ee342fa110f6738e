using 'events.bicep'

param environmentName = 'prod'
