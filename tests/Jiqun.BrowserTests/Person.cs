using System.Text.RegularExpressions;
using Jiqun.Tests.Portal;

namespace Jiqun.BrowserTests;

/// <summary>A person before a browser. What the page's scripts get wrong, or the content security policy forbids, fails the test at the end.</summary>
public sealed partial class Person : IAsyncDisposable
{
    readonly List<string> complaints = [];

    Person(IBrowserContext context, IPage page, string address) => (Context, Page, Address) = (context, page, address);

    public IBrowserContext Context { get; }

    public IPage Page { get; private set; }

    public string Address { get; }

    /// <summary>Somebody who has not signed in.</summary>
    public static async Task<Person> At(Chromium chromium, string address, Action<BrowserNewContextOptions>? set = null)
    {
        var options = new BrowserNewContextOptions { BaseURL = address, Locale = "zh-CN", TimezoneId = "Asia/Shanghai", ViewportSize = new() { Width = 1280, Height = 900 } };
        set?.Invoke(options);
        var context = await chromium.Browser.NewContextAsync(options);
        context.SetDefaultTimeout(20_000);
        var person = new Person(context, null!, address);
        await person.NewPage();
        return person;
    }

    /// <summary>Somebody who has signed in.</summary>
    public static async Task<Person> Of(Chromium chromium, TestPortal portal, string userName, Action<BrowserNewContextOptions>? set = null)
    {
        var person = await At(chromium, portal.Address, set);
        await person.Page.GotoAsync("/sign-in");
        await person.SignIn(userName, TestPortal.Password);
        await Expect(person.Page).ToHaveURLAsync($"{portal.Address}/");
        return person;
    }

    /// <summary>Another tab of the same browser; from now on the one that is looked at.</summary>
    public async Task<IPage> NewPage()
    {
        Page = await Context.NewPageAsync();
        Page.PageError += (_, error) => complaints.Add(error);
        Page.Console += (_, message) =>
        {
            if (message.Type is "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                complaints.Add(message.Text);
        };
        return Page;
    }

    /// <summary>On the sign-in page.</summary>
    public async Task SignIn(string userName, string password)
    {
        await Page.FillAsync("[name=name]", userName);
        await Page.FillAsync("[name=password]", password);
        await Page.ClickAsync("main button");
    }

    public ILocator Field(string id) => Page.Locator($"[id='f-{id}']");

    /// <summary>Everything around a field: what was found, who else wrote, both values of a conflict.</summary>
    public ILocator Around(string id) => Page.Locator($"[data-place='{id}:']");

    /// <summary>The line that says whether everything is saved.</summary>
    public ILocator State => Page.Locator("[data-state]");

    public Task IsSaved() => Expect(State).ToHaveTextAsync(Saved());

    [GeneratedRegex("^(已保存 |全部已保存)")]
    public static partial Regex Saved();

    public async ValueTask DisposeAsync()
    {
        await Context.CloseAsync();
        Assert.Empty(complaints);
    }
}
