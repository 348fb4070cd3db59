using Jiqun.Core;

namespace Jiqun.Tests;

public sealed class TextTests
{
    [Fact]
    public void Chinese_is_printed_where_no_english_is_given() => Assert.Equal("邮编", new Text("邮编").ToString());
}
