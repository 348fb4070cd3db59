using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Jiqun.Tests.Files;

namespace Jiqun.Tests.Portal.Api;

/// <summary>docs/api.md is what it says: its commands are run, in one shell, and answer what stands under them.</summary>
public sealed partial class DocsTests
{
    [GeneratedRegex("```bash\n(?<commands>.*?)```(\n```json\n(?<answer>.*?)```)?", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"“…”|…")]
    private static partial Regex Anything();

    static string Guide([CallerFilePath] string test = "") => File.ReadAllText(Path.Combine(Path.GetDirectoryName(test)!, "../../../../docs/api.md"));

    [Fact]
    public async Task The_commands_of_the_guide_answer_what_it_says()
    {
        await using var portal = await TestPortal.Of("sqlite");
        using var folder = new TestFolder();
        var blocks = Block().Matches(Guide()).ToList();
        Assert.True(blocks.Count > 10);
        var script = string.Concat(blocks.Select((b, i) => $"{{\n{b.Groups["commands"].Value}}} > {i}.txt\n"));

        using var bash = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardError = true,
            Environment = { ["JIQUN"] = portal.Address, ["TOKEN"] = await portal.Token("promoter") },
        })!;
        var said = await bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);

        for (var i = 0; i < blocks.Count; i++)
        {
            var (expected, file) = (blocks[i].Groups["answer"].Value, folder[$"{i}.txt"]);
            var answered = File.Exists(file) ? await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) : "nothing";
            var pattern = $"^{string.Join(".*", Anything().Split(expected).Select(Regex.Escape))}$";
            Assert.True(Regex.IsMatch(answered, pattern, RegexOptions.Singleline), $"{blocks[i].Groups["commands"].Value}answers\n{answered}\n{said}");
        }
        Assert.Equal((0, ""), (bash.ExitCode, said.Replace("curl: (22) The requested URL returned error: 412\n", "", StringComparison.Ordinal).Replace("curl: (22) The requested URL returned error: 422\n", "", StringComparison.Ordinal)));
    }
}
