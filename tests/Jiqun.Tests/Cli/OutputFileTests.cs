using System.Diagnostics;
using System.Text;
using Jiqun.Cli;
using Jiqun.Tests.Files;

namespace Jiqun.Tests.Cli;

public sealed class OutputFileTests : IDisposable
{
    readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("pipe")]
    [InlineData("link")]
    public async Task A_pipe_is_written_into_and_not_replaced(string name)
    {
        using (var mkfifo = Process.Start("mkfifo", [folder["pipe"]]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(folder["link"], folder["pipe"]);
        var read = Task.Run(() => File.ReadAllText(folder["pipe"]), TestContext.Current.CancellationToken);
        using (var file = OutputFile.Open(folder[name], new HashSet<string>()).Value!)
        {
            file.Content.Write(Encoding.UTF8.GetBytes("written"));
            file.Commit();
        }
        Assert.Equal("written", await read.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.True(SpecialFile.Is(folder["pipe"]));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Fact]
    public void Files_and_folders_are_not_special()
    {
        folder.Put("a", []);
        Assert.False(SpecialFile.Is(folder["a"]));
        Assert.False(SpecialFile.Is(folder.Path));
        Assert.False(SpecialFile.Is(folder["missing"]));
        Assert.True(SpecialFile.Is("/dev/null"));
    }

    [Fact]
    public void A_name_that_no_file_can_have_is_refused_before_any_work() =>
        Assert.Equal("output-name-too-long", OutputFile.Open(folder[new string('汇', 86)], new HashSet<string>()).Refusal![0].Code);
}
