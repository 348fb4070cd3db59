using Jiqun.BrowserTests;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Jiqun.BrowserTests;

/// <summary>The one Chromium of all tests: Debian's, for nothing is downloaded. Each person has a context, thus cookies and storage, of one's own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    const string Executable = "/usr/bin/chromium-headless-shell";

    static readonly string[] Arguments = ["--no-sandbox"];

    IPlaywright? playwright;

    public IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        SetDefaultExpectTimeout(20_000);
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = Arguments });
    }

    /// <summary>A browser of its own that keeps what it has in a folder, and so can be ended and started again.</summary>
    public Task<IBrowserContext> Started(string folder, string address) => playwright!.Chromium.LaunchPersistentContextAsync(folder, new()
    {
        ExecutablePath = Executable,
        Args = Arguments,
        BaseURL = address,
        Locale = "zh-CN",
        TimezoneId = "Asia/Shanghai",
    });

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        playwright?.Dispose();
    }
}
