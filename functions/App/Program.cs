using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Railyard.App;
using Railyard.App.Acquiring;
using Railyard.App.Acquiring.Stripe;
using Railyard.App.Ledger;
using Railyard.App.Merchants;
using Railyard.App.Operations;
using Railyard.App.Payments;
using Railyard.App.Reconciliation;
using Railyard.App.Routing;
using Railyard.App.Settlement;
using Railyard.App.Webhooks;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<ProblemsForFaults>();
builder.UseMiddleware<Authentication>();
builder.UseMiddleware<AuditTrail>();
builder.UseMiddleware<MessageAges>();

var services = builder.Services;
services.TryAddSingleton(TimeProvider.System);
services.Configure<WorkerOptions>(options => options.Serializer = new DurableSerializer());
services.AddHttpClient(AdyenCheckout.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan);
services.AddHttpClient(StripePayments.ClientName, client =>
    (client.Timeout, client.MaxResponseContentBufferSize) = (Timeout.InfiniteTimeSpan, StripePayments.LongestAnswer));

// What Azure has for us.
services.AddSingleton(Connections.Cosmos);
services.AddSingleton(Connections.ServiceBus);
services.AddSingleton(Connections.Blobs);
services.AddKeyedSingleton(Connections.Drops, (provider, _) => Connections.DropsOf(provider));
services.AddSingleton(provider => new Containers(
    provider.GetRequiredService<CosmosClient>(),
    provider.GetRequiredService<IConfiguration>()["Cosmos:database"] ?? "railyard"));

// The steps, in the order of the flow.
services.AddSingleton<Ids>();
services.AddSingleton<MerchantStore>();
services.AddSingleton<KeyRings>();
services.AddSingleton<Credentials>();
services.AddSingleton<RateLimits>();
services.AddSingleton<LastUse>();
services.AddSingleton<IdempotencyStore>();
services.AddSingleton<IdempotentPost>();
services.AddSingleton<Envelopes>();
services.AddSingleton<CardVault>();
services.AddSingleton<SecurityCodes>();
services.AddSingleton<PublicAddress>();
services.AddSingleton<ReturnLinks>();
services.AddSingleton<PaymentStore>();
services.AddSingleton<PaymentEvents>();
services.AddSingleton<PaymentIndex>();
services.AddSingleton<Acquirers>();
services.AddSingleton<NoticeQueue>();
services.AddSingleton<ReverseAttempt>();
services.AddSingleton<MonthVolumes>();
services.AddSingleton<AcquirerHealth>();
services.AddSingleton<RoutingStatistics>();
services.AddSingleton<RoutingStore>();
services.AddSingleton<ExperimentCounts>();
services.AddSingleton<CardActivityStore>();
services.AddSingleton<SettlementBlobs>();
services.AddSingleton<SettlementFileStore>();
services.AddSingleton<ExpectationStore>();
services.AddSingleton<DiscrepancyStore>();
services.AddSingleton<OutcomeWriter>();
services.AddSingleton<ShardDesk>();
services.AddSingleton<ShardResultStore>();
services.AddSingleton<LedgerQueue>();
services.AddSingleton<ReviewList>();
services.AddSingleton<AuditLog>();
services.AddSingleton<DeadLetters>();
services.AddSingleton<WebhookSecrets>();
services.AddSingleton<ShownSecret>();
services.AddSingleton<WebhookStore>();
services.AddSingleton<WebhookSender>();
services.AddSingleton<DeliveryStore>();
services.AddSingleton<DeliveryQueue>();
services.AddSingleton<Announcements>();
services.AddSingleton<DisabledNotice>();

Railyard.App.Runtime.Configure(builder);

builder.Build().Run();
