using System.Runtime.CompilerServices;
using Jiqun.Portal.Storage;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Jiqun.Portal;

/// <summary>Sends metrics to where the standard variables of OpenTelemetry say. Without them nothing of its library is loaded.</summary>
static class Telemetry
{
    const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Our own, those of requests and connections, and those of the runtime.</summary>
    static readonly string[] Meters = [Metrics.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    /// <returns>Sends until it is disposed of; null when nobody wants it.</returns>
    public static IDisposable? Start() => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)) ? null : Send();

    // apart, so that the library is not loaded with its caller
    [MethodImpl(MethodImplOptions.NoInlining)]
    static MeterProvider Send() => Sdk.CreateMeterProviderBuilder()
        .ConfigureResource(resource => resource.Clear().AddService("jiqun").AddTelemetrySdk().AddEnvironmentVariableDetector())      // whose OTEL_SERVICE_NAME wins
        .AddMeter(Meters)
        .AddOtlpExporter()
        .Build();
}
