using Jiqun.Tests.Portal;

namespace Jiqun.BrowserTests;

/// <summary>The pictures of the README: JIQUN_SCREENSHOTS=docs/images takes them anew.</summary>
public sealed class ScreenshotTests(Chromium chromium)
{
    const int Most = 200 * 1024;

    [Fact]
    public async Task The_pictures_of_the_readme_are_taken()
    {
        var wanted = Environment.GetEnvironmentVariable("JIQUN_SCREENSHOTS");
        var folder = wanted ?? Directory.CreateTempSubdirectory("jiqun-screenshots-").FullName;
        Directory.CreateDirectory(folder);
        await using var portal = await TestPortal.Of("sqlite");
        await Given.Submission(portal);
        var entry = await Given.EntryWithFindings(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter", o =>
        {
            o.ViewportSize = new() { Width = 1100, Height = 700 };
            o.ReducedMotion = ReducedMotion.Reduce;
        });
        await promoter.Page.GotoAsync(entry);
        await promoter.Field("government.name").FillAsync("株洲市人民政府");
        await promoter.Field("government.name").BlurAsync();
        await promoter.IsSaved();
        await promoter.Page.EvaluateAsync("() => scrollTo(0, 0)");
        await Take(promoter, "entry");
        await using var city = await Person.Of(chromium, portal, "city", o => o.ViewportSize = new() { Width = 1100, Height = 500 });
        await Take(city, "home");
        await city.Page.Locator("tbody a").First.ClickAsync();
        await Expect(city.Page.Locator(".receipt")).ToBeVisibleAsync();
        await Take(city, "receipt");

        foreach (var picture in (string[])["entry", "home", "receipt"])
            Assert.InRange(new FileInfo(Path.Combine(folder, $"{picture}.png")).Length, 5_000, Most);
        if (wanted is null)
            Directory.Delete(folder, recursive: true);

        Task Take(Person person, string name) => person.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), Caret = ScreenshotCaret.Hide });
    }
}
