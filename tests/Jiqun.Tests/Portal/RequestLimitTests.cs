using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Jiqun.Tests.Portal;

/// <summary>Who asks too much, or too slowly.</summary>
public sealed class RequestLimitTests
{
    [Fact]
    public async Task Pages_of_one_account_are_limited_and_neither_others_nor_saves_are()
    {
        await using var portal = await TestPortal.Of("sqlite", p => p.RequestsPerMinute = 30);
        var entry = await portal.Begin();
        using var browser = await portal.Browser("promoter");
        var page = await browser.Get("/");
        for (var i = 0; i < 40 && page.Status is HttpStatusCode.OK; i++)
            page = await browser.Get("/account");
        Assert.Equal(HttpStatusCode.TooManyRequests, page.Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.Json($"/entries/{entry.Id}/answers", new { changes = new[] { new { field = "indicators.output", text = "1", version = 0 } } })).Status);
        using var other = await portal.Browser("other");
        Assert.Equal(HttpStatusCode.OK, (await other.Get("/account")).Status);
    }

    [Fact]
    public async Task Headers_that_do_not_end_are_cut_off()
    {
        await using var portal = await TestPortal.Of("sqlite");
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(portal.Address).Port);
        var stream = socket.GetStream();
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n"u8.ToArray());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var answer = new byte[4000];
        var read = await stream.ReadAsync(answer, patience.Token);
        Assert.True(read == 0 || Encoding.ASCII.GetString(answer, 0, read).StartsWith("HTTP/1.1 408", StringComparison.Ordinal));
    }
}
