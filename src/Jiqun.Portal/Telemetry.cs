using System.Diagnostics.CodeAnalysis;
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

    // apart, and of a type that is none of the library's, so that it is not loaded with the caller
    [MethodImpl(MethodImplOptions.NoInlining)]
    [SuppressMessage("Performance", "CA1859", Justification = "see above")]
    static IDisposable Send() => Sdk.CreateMeterProviderBuilder()
        .ConfigureResource(resource => resource.Clear().AddService("jiqun").AddTelemetrySdk().AddEnvironmentVariableDetector())      // whose OTEL_SERVICE_NAME wins
        .AddMeter(Meters)
        .AddOtlpExporter()
        .Build();
}
