using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OnnxDigits.Server;

/// <summary>The health check behind <c>grpc.health.v1</c>.</summary>
internal sealed class ReadyCheck(ServerState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(state.IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
}
