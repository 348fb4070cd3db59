using Jiqun.Core.Definitions;
using Jiqun.Portal;
using Jiqun.Tests.Portal;

namespace Jiqun.BrowserTests;

/// <summary>The pictures of the README, of the demonstration at a fixed time: JIQUN_SCREENSHOTS=docs/images takes them anew.</summary>
public sealed class ScreenshotTests(Chromium chromium)
{
    const int Most = 200 * 1024;

    [Fact]
    public async Task The_pictures_of_the_readme_are_taken()
    {
        var wanted = Environment.GetEnvironmentVariable("JIQUN_SCREENSHOTS");
        var folder = wanted ?? Directory.CreateTempSubdirectory("jiqun-screenshots-").FullName;
        Directory.CreateDirectory(folder);
        await using var database = await TestDatabase.Of("sqlite");
        IReadOnlyList<DemoAccount> accounts = [];
        await using var running = await RunningPortal.Start(
            new PortalSettings(database.Database, FormLibrary.Builtin, new TestClock(), "http://127.0.0.1:0"), async settings => accounts = await Demo.Fill(settings));

        await using var promoter = await SignedIn("promoter");
        await promoter.Page.GetByRole(AriaRole.Link, new() { Name = "继续填报" }).ClickAsync();
        var figure = promoter.Field("indicators.outputShare");
        var text = await figure.InputValueAsync();
        await figure.FillAsync("9.9.9");
        await promoter.Around("indicators.outputShare").Locator(".finding-error").WaitForAsync();
        await promoter.Page.EvaluateAsync("() => document.getElementById('section-indicators').scrollIntoView()");
        await Take(promoter, "entry");
        await figure.FillAsync(text);
        await using (var organiser = await SignedIn("organiser"))
            await Take(organiser, "home");

        await promoter.FillIn([new("indicators.servicePlatforms", "26"), new("indicators.listed", "11")]);
        await promoter.Press("检查并报送");
        if (await promoter.Page.Locator("#keepUnexplained").CountAsync() > 0)
            await promoter.Page.CheckAsync("#keepUnexplained");
        await promoter.Press("报送");
        await promoter.Page.Locator(".receipt").WaitForAsync();
        await Take(promoter, "receipt");
        await using var city = await SignedIn("city");
        await city.Page.Locator("tbody a[href^='/entries/']").First.ClickAsync();
        await city.Page.Locator(".course").WaitForAsync();
        await Take(city, "review");
        await city.Follow("出具意见并盖章");
        await city.Page.FillAsync("#text", "该集群产业基础扎实，龙头企业带动作用明显，同意申报。");
        await city.Press("保存意见");
        await city.Page.Locator("#seal").WaitForAsync();
        await city.Page.EvaluateAsync("() => scrollTo(0, 0)");
        await Take(city, "opinion");

        foreach (var picture in (string[])["entry", "home", "receipt", "review", "opinion"])
            Assert.InRange(new FileInfo(Path.Combine(folder, $"{picture}.png")).Length, 5_000, Most);
        if (wanted is null)
            Directory.Delete(folder, recursive: true);

        Task Take(Person person, string name) => person.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });

        async Task<Person> SignedIn(string userName)
        {
            var person = await Person.At(chromium, running.Addresses.First(), o => (o.ViewportSize, o.ReducedMotion) = (new() { Width = 1100, Height = 680 }, ReducedMotion.Reduce));
            await person.Page.GotoAsync("/sign-in");
            await person.SignIn(userName, accounts.Single(a => a.UserName == userName).Password);
            await Expect(person.Page.Locator("h2").First).ToBeVisibleAsync();
            return person;
        }
    }
}
