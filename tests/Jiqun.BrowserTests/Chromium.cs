using Jiqun.BrowserTests;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Jiqun.BrowserTests;

/// <summary>The one Chromium of all tests: Debian's, for nothing is downloaded. Each person has a context, thus cookies and storage, of one's own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    IPlaywright? playwright;

    public IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        SetDefaultExpectTimeout(20_000);
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        playwright?.Dispose();
    }
}
