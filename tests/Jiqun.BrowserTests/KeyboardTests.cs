using Jiqun.Tests.Portal;

namespace Jiqun.BrowserTests;

public sealed class KeyboardTests(Chromium chromium)
{
    /// <summary>Marks what the keyboard must reach, in order; gives its number.</summary>
    const string Mark = """
        () => {
          const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea, select, summary, [tabindex='0']")].filter((e) => e.checkVisibility() && !e.disabled);
          all.forEach((e, i) => { e.dataset.tab = String(i); });
          return all.length;
        }
        """;

    /// <summary>Which of them has the focus, and what is wrong with how it shows.</summary>
    const string Look = """
        () => {
          const e = document.activeElement;
          const style = getComputedStyle(e);
          const place = e.getBoundingClientRect();
          const bar = e.closest(".entry-bar") ? undefined : document.querySelector(".entry-bar")?.getBoundingClientRect();
          const seen = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
          const covered = bar !== undefined && place.top >= bar.top && place.bottom <= bar.bottom;
          const name = e.id || e.textContent.trim() || e.tagName;
          return [e.dataset.tab ?? "", !seen ? `${name}: the focus is not seen` : covered ? `${name}: behind the bar` : place.bottom < 0 || place.top > innerHeight ? `${name}: out of sight` : ""];
        }
        """;

    [Theory]
    [InlineData("", 1280)]
    [InlineData("", 390)]
    [InlineData("/submit", 1280)]
    [InlineData("/history", 1280)]
    public async Task Tab_reaches_everything_in_order_and_shows_where_it_is(string page, int width)
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.EntryWithFindings(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter", o =>
        {
            o.ReducedMotion = ReducedMotion.Reduce;
            o.ViewportSize = new() { Width = width, Height = 800 };
        });
        await promoter.Page.GotoAsync(entry + page);
        var all = await promoter.Page.EvaluateAsync<int>(Mark);
        List<string> reached = [], wrong = [];
        for (var i = 0; i < all; i++)
        {
            await promoter.Page.Keyboard.PressAsync("Tab");
            var found = await promoter.Page.EvaluateAsync<string[]>(Look);
            reached.Add(found[0]);
            if (found[1].Length > 0)
                wrong.Add(found[1]);
        }

        Assert.Equal(Enumerable.Range(0, all).Select(i => $"{i}"), reached);
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Enter_in_a_text_field_sends_nothing_and_a_save_leaves_the_focus_alone()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.Page.EvaluateAsync("() => { window.isTheSamePage = true; }");
        var keys = promoter.Page.Keyboard;

        await promoter.Field("government.head").FocusAsync();
        await keys.TypeAsync("王伟");
        await keys.PressAsync("Enter");
        await promoter.IsSaved();
        await Expect(promoter.Field("government.head")).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        await keys.TypeAsync("市长");
        await keys.PressAsync("Tab");
        await promoter.IsSaved();

        await Expect(promoter.Field("government.address")).ToBeFocusedAsync();
        await Expect(promoter.Field("government.headTitle")).ToHaveValueAsync("市长");
        Assert.True(await promoter.Page.EvaluateAsync<bool>("() => window.isTheSamePage === true"));
        await promoter.Page.ReloadAsync();
        await Expect(promoter.Field("government.headTitle")).ToHaveValueAsync("市长");
    }
}
