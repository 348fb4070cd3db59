using Jiqun.Cli;

namespace Jiqun.Tests.Cli;

public sealed class LanguageTests
{
    [Theory]
    [InlineData(null, null, null, "")]
    [InlineData(null, null, "zh_CN.UTF-8", "zh")]
    [InlineData(null, null, "zh_TW", "zh")]
    [InlineData(null, null, "C.UTF-8", "")]
    [InlineData("C", null, "zh_CN.UTF-8", "")]
    [InlineData("", "zh_CN", "en_US", "zh")]
    [InlineData("zh_CN", "en_US", "en_US", "zh")]
    public void The_first_variable_that_is_set_wins(string? all, string? messages, string? lang, string culture) =>
        Assert.Equal(culture, Language.Of(name => name switch { "LC_ALL" => all, "LC_MESSAGES" => messages, _ => lang }).Name);
}
