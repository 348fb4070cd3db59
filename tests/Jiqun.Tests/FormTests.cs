using Jiqun.Core.Definitions;

namespace Jiqun.Tests;

public sealed class FormTests
{
    [Fact]
    public void The_form_loads() => Assert.Equal(49, FormLibrary.Builtin.Default.Fields.Count);
}
