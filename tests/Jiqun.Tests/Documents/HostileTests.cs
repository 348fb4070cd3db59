using System.Diagnostics;
using Jiqun.Core.Definitions;
using Jiqun.Documents.Word;
using Jiqun.Samples;

namespace Jiqun.Tests.Documents;

/// <summary>What is broken, foreign or meant to harm is refused with a reason, quickly, and never thrown at the caller.</summary>
public sealed class HostileTests
{
    static readonly Form Form = FormLibrary.Builtin.Default;
    static readonly Dictionary<string, HostileFile> Files = Hostile.All(Form).ToDictionary(f => f.Name);

    public static TheoryData<string> Names => [.. Files.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_bad_file_is_refused_in_time(string name)
    {
        using var file = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        Files[name].Write(file);
        file.Position = 0;
        var clock = Stopwatch.StartNew();
        var outcome = new WordReader(Form).Read(file, new DateOnly(2021, 10, 8));
        clock.Stop();
        Assert.True(outcome.Refused || Files[name].Readable, "was read");
        if (outcome.Refused)
            Assert.All(outcome.Refusal, f => Assert.NotEmpty(f.Message));
        else
            Assert.DoesNotContain(outcome.Value.Answers.All.Values, v => v.Written.Contains("root:", StringComparison.Ordinal));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"took {clock.Elapsed}");
    }

    [Fact]
    public void A_published_sample_is_no_bad_file() =>
        Assert.All(PublishedForms.All(), s => Assert.False(new WordReader(Form).Read(new MemoryStream(s.Docx), new DateOnly(2021, 10, 8)).Refused, s.Name));
}
