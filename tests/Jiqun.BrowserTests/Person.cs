using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Jiqun.Tests.Portal;

namespace Jiqun.BrowserTests;

/// <summary>A person before a browser. What the page's scripts get wrong, or the content security policy forbids, fails the test at the end.</summary>
public sealed partial class Person : IAsyncDisposable
{
    /// <summary>What Chromium itself says when a page, or the worker, cannot be fetched.</summary>
    static readonly string[] Unreachable = ["Failed to load resource", "An unknown error occurred when fetching the script"];

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
        return await In(context, address);
    }

    /// <summary>Somebody before a browser that was started for this person alone.</summary>
    public static async Task<Person> In(IBrowserContext context, string address)
    {
        context.SetDefaultTimeout(20_000);
        var person = new Person(context, null!, address);
        await person.NewPage();
        return person;
    }

    /// <summary>Somebody who has signed in.</summary>
    public static async Task<Person> Of(Chromium chromium, TestPortal portal, string userName, Action<BrowserNewContextOptions>? set = null)
    {
        var person = await At(chromium, portal.Address, set);
        await person.Enter(userName);
        return person;
    }

    /// <summary>Another tab of the same browser; from now on the one that is looked at.</summary>
    public async Task<IPage> NewPage()
    {
        Page = await Context.NewPageAsync();
        Page.PageError += (_, error) => complaints.Add(error);
        Page.Console += (_, message) =>
        {
            if (message.Type is "error" && !Unreachable.Any(u => message.Text.StartsWith(u, StringComparison.Ordinal)))
                complaints.Add(message.Text);
        };
        return Page;
    }

    /// <summary>Goes to the sign-in page and signs in.</summary>
    public async Task Enter(string userName)
    {
        await Page.GotoAsync("/sign-in");
        await SignIn(userName, TestPortal.Password);
        await Expect(Page).ToHaveURLAsync($"{Address}/");
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

    /// <summary>The state line says these one after another, each before anything else happens.</summary>
    public async Task SaysOnItsWay(params string[] states)
    {
        foreach (var state in states)
            await Expect(State).ToHaveTextAsync(state);
    }

    /// <summary>From now on the page does not learn what colleagues change.</summary>
    public Task HearsNothing() => Page.RouteAsync("**/changes*", route => route.AbortAsync());

    public Task IsSaved() => Expect(State).ToHaveTextAsync(Saved());

    /// <summary>Not connected, and so many places wait on this computer.</summary>
    public Task Waits(int places, float timeout = 20_000) => Expect(State).ToHaveTextAsync($"未连接，{places} 项内容保存在本机，尚未传到服务器", new() { Timeout = timeout });

    /// <summary>What is marked as not being on the server, by place.</summary>
    public Task<string[]> Marked() => Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.field-waiting')].map((m) => m.closest('[data-place]').dataset.place)");

    /// <summary>How many places are kept in this browser.</summary>
    public Task<int> Unsaved() => Page.EvaluateAsync<int>("""
        () => new Promise((done, failed) => {
          const opened = indexedDB.open("jiqun");
          opened.onerror = failed;
          opened.onsuccess = () => (opened.result.transaction("unsaved").objectStore("unsaved").count().onsuccess = (e) => { opened.result.close(); done(e.target.result); });
        })
        """).WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>The form that is shown opens without a connection from now on.</summary>
    public Task OpensOffline() => Comes("(await caches.match(location.pathname)) !== undefined");

    /// <summary>Waits until this holds in the page; an expression of JavaScript that may wait itself.</summary>
    public Task Comes(string expression) => Page.EvaluateAsync($"async () => {{ while (!({expression})) await new Promise((later) => setTimeout(later, 50)); }}").WaitAsync(TimeSpan.FromSeconds(20));

    [GeneratedRegex("^(已保存 |全部已保存)")]
    public static partial Regex Saved();

    public Task Press(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    public Task Follow(string link) => Page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync();

    /// <summary>Writes into every field that is given.</summary>
    public async Task FillIn(IEnumerable<KeyValuePair<string, string>> answers)
    {
        foreach (var (field, text) in answers)
            await Field(field).FillAsync(text);
    }

    /// <summary>On the page that submits, when nothing is wrong: submits, and waits for the receipt.</summary>
    public async Task Submit()
    {
        await Press("报送");
        await Expect(Page.Locator("h1")).ToHaveTextAsync("报送回执");
    }

    /// <summary>On a receipt: its digest is that of the JSON, and the other files are what they are called.</summary>
    public async Task ReceiptHolds()
    {
        var json = await Download("JSON");
        Assert.Equal(await Page.Locator(".receipt-digest").InnerTextAsync(), Convert.ToHexStringLower(SHA256.HashData(json)));
        Assert.Equal("PK", Encoding.ASCII.GetString(await Download("Word"), 0, 2));
        Assert.Equal("%PDF", Encoding.ASCII.GetString(await Download("PDF"), 0, 4));
        Assert.Equal("%PDF", Encoding.ASCII.GetString(await Download("回执（PDF）"), 0, 4));
    }

    /// <summary>For what has no limit of its own: a test that waits for ever tells nobody what for.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The file behind a link of the page.</summary>
    public async Task<byte[]> Download(string link)
    {
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync());
        return await File.ReadAllBytesAsync(await download.PathAsync().WaitAsync(Patience));
    }

    public async ValueTask DisposeAsync()
    {
        await Context.CloseAsync().WaitAsync(Patience);
        Assert.Empty(complaints);
    }
}
