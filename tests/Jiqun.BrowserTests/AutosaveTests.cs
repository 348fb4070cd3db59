using System.Text;
using System.Text.Json;
using Jiqun.Core.Answers;
using Jiqun.Tests;
using Jiqun.Tests.Portal;

namespace Jiqun.BrowserTests;

public sealed class AutosaveTests(Chromium chromium)
{
    [Fact]
    public async Task What_is_typed_is_saved_by_itself_and_the_page_always_says_how_far_that_is()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        var goOn = new TaskCompletionSource();
        await promoter.Page.RouteAsync("**/answers", async route =>
        {
            await goOn.Task;
            await route.ContinueAsync();
        });
        await Expect(promoter.State).ToHaveTextAsync("全部已保存");
        await Expect(promoter.State).ToBeInViewportAsync();

        await promoter.Field("government.name").PressSequentiallyAsync("株洲市人民政府");
        await promoter.SaysOnItsWay("有未保存的修改", "正在保存…");
        await Expect(promoter.State).ToBeInViewportAsync();
        goOn.SetResult();

        await Expect(promoter.State).ToHaveTextAsync("已保存 2021-06-01 10:00:00");
        await promoter.Page.ReloadAsync();
        await Expect(promoter.Field("government.name")).ToHaveValueAsync("株洲市人民政府");
    }

    [Fact]
    public async Task Industries_and_divisions_are_picked_with_the_keyboard_several_one_after_another()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        var keys = promoter.Page.Keyboard;
        var industries = promoter.Around("cluster.industry");
        var search = industries.GetByRole(AriaRole.Combobox);

        await search.FocusAsync();
        await keys.TypeAsync("371");
        await Expect(industries.GetByRole(AriaRole.Option).First).ToContainTextAsync("371 铁路运输设备制造");
        await Expect(search).ToHaveAttributeAsync("aria-expanded", "true");
        await keys.PressAsync("ArrowDown");
        var marked = await search.GetAttributeAsync("aria-activedescendant");
        await Expect(promoter.Page.Locator($"[id='{marked}']")).ToHaveAttributeAsync("aria-selected", "true");
        await keys.PressAsync("Enter");
        await Expect(promoter.Field("cluster.industry")).ToHaveValueAsync("铁路运输设备制造（371）");
        await Expect(search).ToBeFocusedAsync();
        await keys.TypeAsync("电池制造");
        await Expect(industries.GetByRole(AriaRole.Option).First).ToContainTextAsync("384 电池制造");
        await keys.PressAsync("ArrowDown");
        await keys.PressAsync("Enter");
        await Expect(promoter.Field("cluster.industry")).ToHaveValueAsync("铁路运输设备制造（371）、电池制造（384）");
        await Expect(industries.Locator("[data-codes]")).ToContainTextAsync("384");

        var divisions = promoter.Around("cluster.area");
        await divisions.GetByRole(AriaRole.Combobox).FocusAsync();
        await keys.TypeAsync("430200");
        await Expect(divisions.GetByRole(AriaRole.Option).First).ToContainTextAsync("株洲市");
        await keys.PressAsync("Escape");
        await Expect(divisions.GetByRole(AriaRole.Listbox)).ToBeHiddenAsync();
        await Expect(promoter.Field("cluster.area")).ToHaveValueAsync("");
        await keys.PressAsync("ArrowDown");
        await Expect(divisions.GetByRole(AriaRole.Option).First).ToContainTextAsync("株洲市");
        await keys.PressAsync("ArrowDown");
        await keys.PressAsync("Enter");

        await Expect(promoter.Field("cluster.area")).ToHaveValueAsync("湖南省株洲市");
        await Expect(divisions.Locator("[data-codes]")).ToContainTextAsync("430200");
        await promoter.IsSaved();
    }

    [Fact]
    public async Task The_page_counts_words_as_the_server_does()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        var counter = promoter.Around("overview.narrative").Locator("output");
        foreach (var row in Vectors.Of("wordcount"))
        {
            await promoter.Field("overview.narrative").FillAsync(JsonSerializer.Deserialize<string>(row["text_json"])!);
            Assert.Equal((row["text_json"], row["word_like"]), (row["text_json"], await counter.InnerTextAsync()));
        }

        // every character there is, between two letters, 256 at a time; what a text area never holds is left out
        var counted = await promoter.Page.EvaluateAsync<int[]>("""
            () => {
              const text = document.getElementById("f-overview.narrative");
              const counter = text.parentElement.querySelector("output");
              return Array.from({ length: 0x110000 / 256 }, (_, block) => {
                const characters = Array.from({ length: 256 }, (_, i) => block * 256 + i).filter((c) => c !== 0 && c !== 13 && (c < 0xd800 || c > 0xdfff));
                text.value = characters.map((c) => `a${String.fromCodePoint(c)}b`).join("\n");
                text.dispatchEvent(new Event("input"));
                text.form.dispatchEvent(new Event("input"));
                text.dispatchEvent(new Event("input", { bubbles: true }));
                return Number(counter.value);
              });
            }
            """);
        var expected = Enumerable.Range(0, 0x110000 / 256).Select(block => WordCount.Of(Block(block))).ToList();

        Assert.Equal([], Enumerable.Range(0, expected.Count).Where(b => expected[b] != counted[b]).Select(b => $"U+{b * 256:X4}…: {expected[b]} on the server, {counted[b]} on the page"));
    }

    static string Block(int block)
    {
        var text = new StringBuilder();
        foreach (var character in Enumerable.Range(block * 256, 256))
            if (character is not 0 and not 13 && Rune.IsValid(character))
                text.Append('a').Append(new Rune(character)).Append("b\n");
        return text.ToString();
    }

    [Fact]
    public async Task What_an_input_method_is_still_composing_is_not_saved()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        var sent = 0;
        promoter.Page.Request += (_, request) => sent += request.Method is "POST" ? 1 : 0;
        var inputMethod = await promoter.Context.NewCDPSessionAsync(promoter.Page);
        await promoter.Field("government.name").FocusAsync();

        await inputMethod.SendAsync("Input.imeSetComposition", new() { ["text"] = "zhu zhou", ["selectionStart"] = 8, ["selectionEnd"] = 8 });
        await Expect(promoter.Field("government.name")).ToHaveValueAsync("zhu zhou");
        await promoter.Page.WaitForTimeoutAsync(1500);
        Assert.Equal(0, sent);
        await inputMethod.SendAsync("Input.insertText", new() { ["text"] = "株洲" });

        await promoter.IsSaved();
        await Expect(promoter.Field("government.name")).ToHaveValueAsync("株洲");
        Assert.Equal(1, sent);
    }

    [Fact]
    public async Task A_refused_explanation_is_not_held_against_the_answer_beside_it()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal, ("indicators.output", "约1507"));
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.HearsNothing();
        var warning = promoter.Around("indicators.output").Locator(".finding-warning");
        await warning.Locator("summary").ClickAsync();
        await promoter.Context.SetOfflineAsync(true);
        await promoter.Field("indicators.output").FillAsync("约1508");
        await warning.GetByRole(AriaRole.Textbox).FillAsync(new string('长', 2001));
        await promoter.Waits(2);
        await promoter.Context.SetOfflineAsync(false);

        await Expect(promoter.Around("indicators.output").Locator(".finding-error")).ToBeVisibleAsync();
        await Expect(warning.GetByRole(AriaRole.Textbox)).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(promoter.Field("indicators.output")).Not.ToHaveAttributeAsync("aria-invalid", "true");
        await warning.GetByRole(AriaRole.Textbox).FillAsync("统计口径");
        await promoter.IsSaved();
        await Expect(promoter.Around("indicators.output").Locator(".finding-error")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Who_listens_to_the_page_is_told_nothing_twice()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal, ("indicators.output", "很多"));
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.IsSaved();
        await promoter.Page.EvaluateAsync("""
            () => {
              window.said = [];
              const ears = new MutationObserver((changes) => window.said.push(...changes.flatMap((c) => [...c.addedNodes].map((n) => n.textContent))));
              for (const heard of document.querySelectorAll("[data-state], [data-found='indicators.output']")) ears.observe(heard, { childList: true, subtree: true });
            }
            """);

        await promoter.Field("government.name").PressSequentiallyAsync("株洲市人民政府");
        await promoter.Field("government.name").BlurAsync();
        await Expect(promoter.State).ToHaveTextAsync("已保存 2021-06-01 10:00:00");

        Assert.Equal(["有未保存的修改", "正在保存…", "已保存 2021-06-01 10:00:00"], await promoter.Page.EvaluateAsync<string[]>("() => window.said"));
    }

    [Fact]
    public async Task A_list_of_choices_that_was_left_does_not_open_again()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        var goOn = new TaskCompletionSource();
        await promoter.Page.RouteAsync("**/reference/**", async route =>
        {
            await goOn.Task;
            await route.ContinueAsync();
        });
        var industries = promoter.Around("cluster.industry");

        await industries.GetByRole(AriaRole.Combobox).FillAsync("371");
        await promoter.Page.Keyboard.PressAsync("Tab");
        goOn.SetResult();
        await promoter.Page.WaitForTimeoutAsync(1000);

        await Expect(industries.GetByRole(AriaRole.Listbox)).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Whatever_is_pasted_counts_as_saved_once_the_server_has_it()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);

        await promoter.Field("overview.narrative").FillAsync("  第一段\u2028第二段\f<script>alert(1)</script>\u0085\u0001\ufffe\n\n");
        await promoter.Field("overview.narrative").BlurAsync();

        await promoter.IsSaved();
        await promoter.Page.ReloadAsync();
        await Expect(promoter.State).ToHaveTextAsync("全部已保存");
        await Expect(promoter.Field("overview.narrative")).ToHaveValueAsync("第一段\n第二段\n<script>alert(1)</script>\n\u0001\ufffe");
    }

    [Fact]
    public async Task What_is_too_long_is_told_beside_its_field_and_the_rest_is_saved()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);

        await promoter.Field("government.name").FillAsync(new string('长', 100_000));
        await promoter.Field("government.head").FillAsync("王伟");
        await promoter.Field("government.head").BlurAsync();

        await Expect(promoter.Around("government.name").Locator(".finding-error")).ToContainTextAsync("内容有 100000 个字符，最多可保存 2000 个");
        await Expect(promoter.Field("government.name")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(promoter.State).ToHaveTextAsync("未能保存，请看该填报项");
        await promoter.Field("government.name").FillAsync("株洲市人民政府");
        await promoter.Field("government.name").BlurAsync();
        await promoter.IsSaved();
        await promoter.Page.ReloadAsync();
        await Expect(promoter.Field("government.head")).ToHaveValueAsync("王伟");
        await Expect(promoter.Field("government.name")).ToHaveValueAsync("株洲市人民政府");
    }
}
