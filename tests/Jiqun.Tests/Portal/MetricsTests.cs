using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Storage;

namespace Jiqun.Tests.Portal;

public sealed class MetricsTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Saves_submissions_and_what_the_writer_does_are_measured(string kind)
    {
        ConcurrentDictionary<string, double> sums = [];                    // other tests save meanwhile, so these are lower bounds
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => { if (instrument.Meter.Name == Metrics.Name) l.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((i, value, _, _) => sums.AddOrUpdate(i.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<int>((i, value, _, _) => sums.AddOrUpdate(i.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<double>((i, value, _, _) => sums.AddOrUpdate(i.Name, value, (_, sum) => sum + value));
        listener.Start();

        await using var portal = await TestPortal.Of(kind);
        var entry = await portal.BeginFilled();
        await portal.Save(entry.Id, "promoter", new Wish(new Place("cluster.name"), "x", 0));           // it was filled in already
        await portal.Submit((await portal.BeginFilled(seed: 2)).Id, Guid.NewGuid());

        // the writer tells those who wait before it tells the listener
        for (var i = 0; i < 100 && sums.Count < 5; i++)
            await Task.Delay(20, Cancel);
        Assert.All((string[])["jiqun.saves", "jiqun.conflicts", "jiqun.submissions", "jiqun.commit.duration", "jiqun.batch.size"], name => Assert.True(sums.GetValueOrDefault(name) > 0, name));
    }

    [Fact]
    public async Task They_are_sent_where_the_standard_variable_says_and_else_the_library_is_not_even_loaded()
    {
        using var folder = await ServeFolder.With(entries: 1);
        using var collector = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}/";
        collector.Prefixes.Add(address);
        collector.Start();

        using (var silent = await ServeProcess.Start(folder.Path))
            Assert.DoesNotContain("OpenTelemetry", await File.ReadAllTextAsync($"/proc/{silent.Id}/maps", Cancel), StringComparison.Ordinal);

        using var telling = await ServeProcess.Start(folder.Path, ("OTEL_EXPORTER_OTLP_ENDPOINT", address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "200"), ("OTEL_SERVICE_NAME", "jiqun-here"));
        Assert.Contains("OpenTelemetry", await File.ReadAllTextAsync($"/proc/{telling.Id}/maps", Cancel), StringComparison.Ordinal);
        using var client = new ServeClient { Address = telling.Address };
        await client.SignIn();
        await client.Save(folder.Entries[0], "cluster.name", "集群", 0);

        List<string> lacking = ["jiqun.saves", "jiqun.commit.duration", "jiqun.batch.size", "http.server.request.duration", "dotnet.gc.collections", "jiqun-here"];
        for (var i = 0; i < 50 && lacking.Count > 0; i++)
        {
            var request = await collector.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancel);
            Assert.Equal("/v1/metrics", request.Request.Url!.AbsolutePath);
            using var body = new MemoryStream();
            await request.Request.InputStream.CopyToAsync(body, Cancel);
            var text = Encoding.Latin1.GetString(body.ToArray());
            lacking.RemoveAll(name => text.Contains(name, StringComparison.Ordinal));
            request.Response.Close();
        }
        Assert.Empty(lacking);
    }

    static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
