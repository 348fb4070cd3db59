using System.Net;
using System.Net.Sockets;
using System.Text;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Rounds;
using Jiqun.Tests.Portal;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.BrowserTests;

/// <summary>Without a connection the form goes on: what is typed waits in the browser, and the form page opens. Nothing else does, and nobody else's.</summary>
public sealed class OfflineTests(Chromium chromium)
{
    [Fact]
    public async Task What_is_typed_while_the_server_is_away_is_counted_and_marked_and_sent_in_the_order_in_which_it_was_typed()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.IsSaved();

        await portal.Stop();
        await promoter.Field("overview.narrative").PressSequentiallyAsync("断网时写的第一句，");
        await promoter.Waits(1);
        await promoter.Field("indicators.output").PressSequentiallyAsync("1507");
        await promoter.Field("government.name").PressSequentiallyAsync("株洲市人民政府");
        await promoter.Field("overview.narrative").PressSequentiallyAsync("和第二句");
        await promoter.Waits(3);
        Assert.Equal(["government.name:", "indicators.output:", "overview.narrative:"], (await promoter.Marked()).Order(StringComparer.Ordinal));
        await Expect(promoter.Around("overview.narrative")).ToContainTextAsync("尚未传到服务器");
        Assert.Equal(3, await promoter.Unsaved());
        await portal.Start();

        await promoter.IsSaved();
        Assert.Empty(await promoter.Marked());
        Assert.Equal(0, await promoter.Unsaved());
        Assert.Equal([("overview.narrative", "断网时写的第一句，和第二句"), ("indicators.output", "1507"), ("government.name", "株洲市人民政府")], await Changes(portal));
    }

    [Fact]
    public async Task After_the_browser_was_ended_the_form_opens_offline_with_what_was_typed_and_all_of_it_is_saved_once_somebody_signed_in()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal, ("indicators.listed", "8"));
        var folder = Directory.CreateTempSubdirectory("jiqun-browser-").FullName;
        await using (var before = await Person.In(await chromium.Started(folder, portal.Address), portal.Address))
        {
            await before.Enter("promoter");
            await before.Page.GotoAsync(entry);
            await before.OpensOffline();
            await portal.Stop();
            await before.Field("overview.narrative").FillAsync("断网时写的内容");
            await before.Waits(1);
        }

        await using (var after = await Person.In(await chromium.Started(folder, portal.Address), portal.Address))
        {
            await after.Page.GotoAsync(entry);
            await Expect(after.Field("overview.narrative")).ToHaveValueAsync("断网时写的内容");
            await Expect(after.Around("overview.narrative").Locator("output")).ToHaveTextAsync("7");
            await Expect(after.Field("indicators.listed")).ToHaveValueAsync("8");
            await Expect(after.State).ToHaveTextAsync("未连接，1 项内容保存在本机，尚未传到服务器（本页为 2021-06-01 10:00:00 的内容）");
            await after.Field("overview.narrative").PressSequentiallyAsync("，重启后接着写");
            await after.Field("government.name").FillAsync("株洲市人民政府");
            await Expect(after.State).ToContainTextAsync("2 项");
            await portal.Start();

            await Expect(after.State).ToHaveTextAsync("登录已失效，内容保存在本机。 重新登录");
            await after.State.GetByRole(AriaRole.Link).ClickAsync();
            await after.SignIn("promoter", TestPortal.Password);
            await Expect(after.Page).ToHaveURLAsync(portal.Address + entry);
            await Expect(after.State).ToHaveTextAsync("已保存 2021-06-01 10:00:00");
        }
        Directory.Delete(folder, recursive: true);
        Assert.Equal([("indicators.listed", "8"), ("overview.narrative", "断网时写的内容，重启后接着写"), ("government.name", "株洲市人民政府")], await Changes(portal));
    }

    [Fact]
    public async Task The_form_that_opens_offline_knows_what_was_saved_since_it_came_and_hears_of_colleagues_when_the_line_is_back()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal, ("government.name", "甲"));
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.OpensOffline();
        portal.Clock.Time += TimeSpan.FromMinutes(1);
        await promoter.Field("government.name").FillAsync("乙");
        await promoter.Field("indicators.output").FillAsync("很多");
        await promoter.Field("indicators.output").BlurAsync();
        await Expect(promoter.State).ToHaveTextAsync("已保存 2021-06-01 10:01:00");

        await promoter.Context.SetOfflineAsync(true);
        await promoter.Page.ReloadAsync();
        await Expect(promoter.State).ToHaveTextAsync("未连接（本页为 2021-06-01 10:01:00 的内容）");
        await Expect(promoter.Field("government.name")).ToHaveValueAsync("乙");
        await Expect(promoter.Around("indicators.output").Locator(".finding-error")).ToBeVisibleAsync();
        Assert.Empty(await promoter.Marked());
        await promoter.Field("government.name").FillAsync("甲");
        await Expect(promoter.State).ToContainTextAsync("1 项");
        await promoter.Page.ReloadAsync();
        await Expect(promoter.Field("government.name")).ToHaveValueAsync("甲");
        await Expect(promoter.State).ToContainTextAsync("1 项");
        await Given.Save(portal, entry, "colleague", ("government.head", "王伟"));
        await promoter.Context.SetOfflineAsync(false);

        await Expect(promoter.Field("government.head")).ToHaveValueAsync("王伟");
        await promoter.IsSaved();
        await Expect(promoter.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        Assert.Equal(["甲", "乙", "甲"], (await Changes(portal)).Where(c => c.Field == "government.name").Select(c => c.Text));
    }

    [Theory, InlineData(""), InlineData("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 3\r\nConnection: close\r\n\r\n502")]
    public async Task The_form_opens_also_when_something_takes_the_connection_that_is_not_the_server(string answer)
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal, ("government.name", "株洲市人民政府"));
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.OpensOffline();
        await portal.Stop();
        using (var taker = new TcpListener(IPAddress.Loopback, new Uri(portal.Address).Port))
        {
            taker.Start();
            _ = Take(taker, answer);
            await promoter.Page.ReloadAsync();
            await Expect(promoter.State).ToContainTextAsync("未连接（本页为");
            await Expect(promoter.Field("government.name")).ToHaveValueAsync("株洲市人民政府");
        }
        await portal.Start();
        await Expect(promoter.State).ToHaveTextAsync("全部已保存", new() { Timeout = 30_000 });
    }

    /// <summary>Takes connections and gives all of them the same answer; none at all when it is empty.</summary>
    static async Task Take(TcpListener taker, string answer)
    {
        List<TcpClient> taken = [];
        try
        {
            while (true)
            {
                taken.Add(await taker.AcceptTcpClientAsync());
                if (answer.Length == 0)
                    continue;
                await taken[^1].GetStream().ReadAtLeastAsync(new byte[4096], 1);
                await taken[^1].GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer));
                taken[^1].Dispose();
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            taken.ForEach(t => t.Dispose());
        }
    }

    [Fact]
    public async Task Nothing_but_the_form_that_was_visited_opens_offline()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal, ("government.name", "株洲市人民政府"));
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        string[] others = ["/", $"{entry}/history", $"{entry}/submit", $"{entry}/evidence", $"{entry}/draft.json", "/account", "/sign-in", $"/entries/{Guid.NewGuid()}", "/reference/industries?q=37"];
        await promoter.Page.GotoAsync(entry);
        await promoter.OpensOffline();
        foreach (var path in others.Where(o => !o.EndsWith(".json", StringComparison.Ordinal)))
            await promoter.Page.GotoAsync(path);
        await promoter.Page.GotoAsync(entry);
        await promoter.IsSaved();

        await promoter.Context.SetOfflineAsync(true);
        foreach (var path in others)
        {
            await promoter.NewPage();
            await Assert.ThrowsAsync<PlaywrightException>(() => promoter.Page.GotoAsync(path));
        }
        await promoter.NewPage();
        await promoter.Page.GotoAsync(entry);
        await Expect(promoter.Field("government.name")).ToHaveValueAsync("株洲市人民政府");
        var held = await promoter.Page.EvaluateAsync<string[]>("async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname)))).flat()");
        Assert.Equal(["/assets/portal.css", "/assets/portal.js", entry], held.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task After_signing_out_the_form_does_not_open_offline_but_what_waited_is_there_for_whoever_typed_it()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal, ("government.name", "株洲市人民政府"));
        await using var person = await Person.Of(chromium, portal, "promoter");
        await person.Page.GotoAsync(entry);
        await person.OpensOffline();
        await person.Page.RouteAsync("**/answers", route => route.AbortAsync());
        await person.Field("government.head").FillAsync("只给自己看");
        await person.Waits(1);
        await person.Press("退出");
        await Expect(person.Page).ToHaveURLAsync($"{portal.Address}/sign-in");
        await person.Comes("(await caches.keys()).length === 0");
        await person.Page.UnrouteAllAsync();

        await Offline(() => Assert.ThrowsAsync<PlaywrightException>(() => person.Page.GotoAsync(entry)));
        await person.Enter("colleague");
        await Offline(() => Assert.ThrowsAsync<PlaywrightException>(() => person.Page.GotoAsync(entry)));
        await person.Page.GotoAsync(entry);
        await Expect(person.State).ToHaveTextAsync("全部已保存");
        await Expect(person.Field("government.head")).ToHaveValueAsync("");
        await person.OpensOffline();
        await person.Context.SetOfflineAsync(true);
        await person.Page.ReloadAsync();
        await Expect(person.State).ToContainTextAsync("未连接（本页为");
        await Expect(person.Page.Locator(".portal-header")).ToContainTextAsync("colleague 王");
        await Expect(person.Field("government.head")).ToHaveValueAsync("");
        await person.Context.SetOfflineAsync(false);
        await Expect(person.State).ToHaveTextAsync("全部已保存");

        await person.Press("退出");
        await person.Enter("promoter");
        await person.Page.GotoAsync(entry);
        await person.IsSaved();
        await Expect(person.Field("government.head")).ToHaveValueAsync("只给自己看");
        Assert.Equal("只给自己看", (await Changes(portal))[^1].Text);

        async Task Offline(Func<Task> act)
        {
            await person.Context.SetOfflineAsync(true);
            await act();
            await person.Context.SetOfflineAsync(false);
        }
    }

    [Fact]
    public async Task Once_a_page_of_somebody_else_was_seen_the_form_of_the_first_one_does_not_open_offline()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal, ("government.name", "株洲市人民政府"));
        await using var person = await Person.Of(chromium, portal, "promoter");
        await person.Page.GotoAsync(entry);
        await person.OpensOffline();
        await using var colleague = await Person.Of(chromium, portal, "colleague");
        var session = (await colleague.Context.CookiesAsync()).Single(c => c.Name == "jiqun");
        await person.Context.AddCookiesAsync([new() { Name = "jiqun", Value = session.Value, Url = portal.Address }]);

        await person.Page.GotoAsync("/");
        await Expect(person.Page.Locator(".portal-header")).ToContainTextAsync("colleague 王");
        await person.Comes("(await caches.keys()).length === 0");
        await person.Context.SetOfflineAsync(true);
        await Assert.ThrowsAsync<PlaywrightException>(() => person.Page.GotoAsync(entry));
    }

    [Fact]
    public async Task What_was_typed_offline_and_changed_by_a_colleague_meanwhile_is_chosen_also_after_the_form_was_opened_anew()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal, ("indicators.output", "1000"), ("indicators.listed", "1"));
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await using var colleague = await Person.Of(chromium, portal, "colleague");
        await promoter.Page.GotoAsync(entry);
        await promoter.OpensOffline();
        await colleague.Page.GotoAsync(entry);
        await promoter.Context.SetOfflineAsync(true);
        await promoter.Field("indicators.output").FillAsync("1507");
        await promoter.Field("indicators.listed").FillAsync("8");
        await promoter.Waits(2);
        await colleague.Field("indicators.output").FillAsync("1600");
        await colleague.Field("indicators.listed").FillAsync("9");
        await colleague.Field("indicators.listed").BlurAsync();
        await colleague.IsSaved();

        await promoter.Page.ReloadAsync();
        await Expect(promoter.Field("indicators.output")).ToHaveValueAsync("1507");
        await promoter.Context.SetOfflineAsync(false);
        var (mine, theirs) = (promoter.Around("indicators.output").GetByRole(AriaRole.Alert), promoter.Around("indicators.listed").GetByRole(AriaRole.Alert));
        await Expect(mine).ToContainTextAsync("1600");
        await Expect(theirs).ToContainTextAsync("9");
        await Expect(promoter.State).ToHaveTextAsync("有填报项被他人同时修改，请在该处选择");
        await promoter.Page.ReloadAsync();                   // online, and still to be chosen
        await Expect(theirs).ToContainTextAsync("9");
        await mine.GetByRole(AriaRole.Button, new() { Name = "用我的" }).ClickAsync();
        await theirs.GetByRole(AriaRole.Button, new() { Name = "用对方的" }).ClickAsync();

        await promoter.IsSaved();
        Assert.Equal(0, await promoter.Unsaved());
        await Expect(colleague.Field("indicators.output")).ToHaveValueAsync("1507");
        await Expect(colleague.Field("indicators.listed")).ToHaveValueAsync("9");
        await Expect(promoter.Field("indicators.listed")).ToHaveValueAsync("9");
    }

    [Fact]
    public async Task Who_types_the_old_text_again_sees_what_a_colleague_wrote_meanwhile_or_chooses_when_something_was_sent()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal, ("indicators.output", "1000"), ("indicators.listed", "1"));
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await using var colleague = await Person.Of(chromium, portal, "colleague");
        await promoter.Page.GotoAsync(entry);
        await promoter.IsSaved();
        await colleague.Page.GotoAsync(entry);
        await promoter.Page.RouteAsync("**/answers", route => route.AbortAsync());
        await promoter.Field("indicators.output").FillAsync("1507");
        await promoter.Waits(1);                             // it was sent, and may have arrived
        await colleague.Field("indicators.output").FillAsync("1600");
        await colleague.IsSaved();
        await promoter.Field("indicators.output").FillAsync("1000");
        await promoter.Page.UnrouteAsync("**/answers");

        var choice = promoter.Around("indicators.output").GetByRole(AriaRole.Alert);
        await Expect(choice).ToContainTextAsync("1600");
        await colleague.Field("indicators.listed").FillAsync("9");       // when it comes, so has whatever else was to come
        await Expect(promoter.Field("indicators.listed")).ToHaveValueAsync("9");
        await Expect(promoter.Field("indicators.output")).ToHaveValueAsync("1000");
        await choice.GetByRole(AriaRole.Button, new() { Name = "用我的" }).ClickAsync();
        await promoter.IsSaved();
        await Expect(colleague.Field("indicators.output")).ToHaveValueAsync("1000");

        // nothing was sent: there is nothing to choose
        await promoter.Field("indicators.output").DispatchEventAsync("compositionstart");
        await promoter.Field("indicators.output").FillAsync("2000");
        await colleague.Field("indicators.output").FillAsync("1700");
        await colleague.Field("indicators.listed").FillAsync("10");
        await Expect(promoter.Field("indicators.listed")).ToHaveValueAsync("10");
        await promoter.Field("indicators.output").FillAsync("1000");
        await promoter.Field("indicators.output").DispatchEventAsync("compositionend");
        await Expect(promoter.Field("indicators.output")).ToHaveValueAsync("1700");
        await Expect(choice).ToHaveCountAsync(0);
    }

    [Theory, InlineData("株洲市人民政府"), InlineData("株洲"), InlineData("")]
    public async Task Whose_answer_was_lost_and_who_opens_the_form_anew_is_not_in_conflict_with_oneself(string last)
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.OpensOffline();
        Func<IRoute, Task> answer = async route =>
        {
            await route.FetchAsync();
            await route.AbortAsync();
        };
        await promoter.Page.RouteAsync("**/answers", route => answer(route));
        await promoter.Page.RouteAsync("**/changes*", route => route.AbortAsync());
        await promoter.Field("government.name").FillAsync("株洲");
        await promoter.Waits(1);
        answer = route => route.AbortAsync();
        await promoter.Field("government.name").FillAsync(last);
        await promoter.Field("government.name").BlurAsync();
        await promoter.Waits(1);
        await promoter.Page.CloseAsync();
        await promoter.NewPage();
        await promoter.Page.GotoAsync(entry);

        await promoter.IsSaved();
        await Expect(promoter.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Expect(promoter.Field("government.name")).ToHaveValueAsync(last);
        Assert.Equal(last, (await Changes(portal))[^1].Text);
        Assert.Equal(0, await promoter.Unsaved());
    }

    [Fact]
    public async Task Who_closes_the_tab_while_a_save_is_under_way_and_typed_on_is_not_in_conflict_with_oneself()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.IsSaved();
        var arrived = new TaskCompletionSource();
        await promoter.Page.RouteAsync("**/answers", async route =>
        {
            await route.FetchAsync();
            arrived.TrySetResult();                          // and nobody is told
        });
        await promoter.Field("government.name").FillAsync("株洲");
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await promoter.Field("government.name").PressSequentiallyAsync("市");
        await promoter.Page.CloseAsync();
        await promoter.NewPage();
        await promoter.Page.GotoAsync(entry);

        await Expect(promoter.Field("government.name")).ToHaveValueAsync("株洲市");
        await promoter.IsSaved();
        await Expect(promoter.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        Assert.Equal(["株洲", "株洲市"], (await Changes(portal)).Select(c => c.Text));
    }

    [Fact]
    public async Task Two_tabs_of_one_person_lose_nothing_of_each_other()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.OpensOffline();
        var first = promoter.Page;
        await promoter.NewPage();
        await promoter.Page.GotoAsync(entry);
        await promoter.IsSaved();
        await promoter.Context.SetOfflineAsync(true);
        await first.Locator("[id='f-government.name']").FillAsync("第一个窗口");
        await first.Locator("[id='f-indicators.output']").FillAsync("1507");
        await promoter.Field("government.address").FillAsync("第二个窗口");
        await promoter.Waits(1);
        Assert.Equal(3, await promoter.Unsaved());
        await first.CloseAsync(new() { RunBeforeUnload = false });
        await promoter.Context.SetOfflineAsync(false);
        await promoter.IsSaved();
        Assert.Equal(2, await promoter.Unsaved());

        await promoter.Page.ReloadAsync();
        await promoter.IsSaved();
        Assert.Equal([("government.address", "第二个窗口"), ("government.name", "第一个窗口"), ("indicators.output", "1507")], (await Changes(portal)).Order());
    }

    [Fact]
    public async Task The_last_key_before_the_tab_is_closed_is_not_lost()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.OpensOffline();
        await promoter.Context.SetOfflineAsync(true);
        var text = "";
        for (var round = 0; round < 5; round++)
        {
            await promoter.Field("overview.narrative").PressSequentiallyAsync($"第{round}次写的内容");
            text += $"第{round}次写的内容";
            await promoter.Page.CloseAsync();
            await promoter.NewPage();
            await promoter.Page.GotoAsync(entry);
            await Expect(promoter.Field("overview.narrative")).ToHaveValueAsync(text);
            await promoter.Field("overview.narrative").PressAsync("Control+End");
        }
    }

    [Fact]
    public async Task A_browser_that_keeps_nothing_is_told_and_the_form_is_saved_when_the_line_is_back()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Context.AddInitScriptAsync("IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }");
        await promoter.Page.GotoAsync(entry);
        await promoter.IsSaved();

        await promoter.Context.SetOfflineAsync(true);
        await promoter.Field("government.name").FillAsync("株洲市人民政府");
        await Expect(promoter.State).ToHaveTextAsync("未连接，且浏览器无法保存内容，请勿关闭页面");
        Assert.Equal(["government.name:"], await promoter.Marked());
        await promoter.Context.SetOfflineAsync(false);

        await promoter.IsSaved();
        Assert.Equal([("government.name", "株洲市人民政府")], await Changes(portal));
    }

    [Fact]
    public async Task What_was_typed_offline_into_a_form_that_was_submitted_meanwhile_stays_and_why_is_told()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.CompleteEntry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.OpensOffline();
        await promoter.Context.SetOfflineAsync(true);
        await promoter.Field("indicators.output").FillAsync("9999");
        await promoter.Waits(1);
        await using (var scope = portal.Scope())
            Assert.False((await scope.ServiceProvider.GetRequiredService<SubmitEntry>().Run(Guid.Parse(entry.Split('/')[2]), Guid.NewGuid(), keepUnexplained: true, await portal.Actor("colleague"))).Refused);
        await promoter.Page.ReloadAsync();
        await Expect(promoter.Field("indicators.output")).ToHaveValueAsync("9999");
        await promoter.Context.SetOfflineAsync(false);

        await Expect(promoter.State).ToHaveTextAsync("本申报已报送，不能再修改。");
        await Expect(promoter.Field("indicators.output")).ToHaveValueAsync("9999");
        Assert.Equal(["indicators.output:"], await promoter.Marked());
        await promoter.Page.ReloadAsync();
        await Expect(promoter.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/submissions/"));
        await promoter.Context.SetOfflineAsync(true);
        await Assert.ThrowsAsync<PlaywrightException>(() => promoter.Page.GotoAsync(entry));
    }

    [Fact]
    public async Task The_last_ten_forms_open_offline()
    {
        await using var portal = await TestPortal.Of("sqlite");
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        List<string> entries = [];
        foreach (var round in Enumerable.Range(0, 11))
        {
            entries.Add($"/entries/{await InRoundOfItsOwn(portal, $"批次 {round}")}");
            await promoter.Page.GotoAsync(entries[^1]);
            await promoter.OpensOffline();
        }
        await promoter.Comes($"(await caches.match('{entries[0]}')) === undefined");

        await promoter.Context.SetOfflineAsync(true);
        foreach (var entry in entries.Skip(1))
        {
            await promoter.Page.GotoAsync(entry);
            await Expect(promoter.State).ToContainTextAsync("未连接（本页为");
        }
        await Assert.ThrowsAsync<PlaywrightException>(() => promoter.Page.GotoAsync(entries[0]));
    }

    static async Task<Guid> InRoundOfItsOwn(TestPortal portal, string name)
    {
        var round = new Round
        {
            Id = Guid.NewGuid(),
            Name = name,
            FormId = portal.Round.FormId,
            FormDigest = portal.Round.FormDigest,
            BaseYear = portal.Round.BaseYear,
            OpensAt = portal.Round.OpensAt,
            ClosesAt = portal.Round.ClosesAt,
            CreatedAt = portal.Round.CreatedAt,
        };
        await using (var db = portal.Database.Open())
        {
            db.Add(round);
            await db.SaveChangesAsync();
        }
        await using var scope = portal.Scope();
        return (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(round.Id, await portal.Actor("promoter"))).Value!.Id;
    }

    /// <summary>Everything that was ever written, in order.</summary>
    static async Task<List<(string Field, string Text)>> Changes(TestPortal portal)
    {
        await using var db = portal.Database.Open();
        return [.. (await db.Changes.AsNoTracking().OrderBy(c => c.Number).ToListAsync()).Select(c => (c.Field, StoredAnswer.Read(portal.Database.Key, c.EntryId, c.Field, c.After)))];
    }
}
