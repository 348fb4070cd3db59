using System.Globalization;
using System.Text.Json;
using Jiqun.Cli;
using Jiqun.Documents.Pdf;
using Jiqun.Tests.Documents.Pdf.Signatures;
using Jiqun.Tests.Files;

namespace Jiqun.Tests.Cli;

/// <summary><c>jiqun verify</c> tells who sealed a document, and ends as the seal deserves.</summary>
public sealed class VerifyCommandTests : IDisposable
{
    static readonly DateTimeOffset At = new(2021, 10, 8, 7, 3, 22, TimeSpan.Zero), Now = At.AddDays(1);

    static readonly string Digest = new('7', 64);

    readonly TestFolder folder = new();
    readonly TestOffice office = new();

    public VerifyCommandTests()
    {
        using var to = new MemoryStream();
        var pdf = new PdfFile(to);
        var tree = pdf.Reserve();
        var page = pdf.Add($"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 595 842]>>");
        pdf.Add(tree, $"<</Type/Pages/Count 1/Kids[{page} 0 R]>>");
        pdf.Complete(pdf.Add($"<</Type/Catalog/Pages {tree} 0 R>>"), pdf.Add($"<</JiqunSubmission({Digest})>>"));
        folder.Put("a.pdf", office.Sign(to.ToArray(), At));
        folder.Put("unsigned.pdf", to.ToArray());
        office.Trusted(folder["trust"]);
    }

    public void Dispose()
    {
        office.Dispose();
        folder.Dispose();
    }

    (int Status, string Said) Run(string file, string? trust = null)
    {
        var said = new StringWriter();
        return (VerifyCommand.Run(folder[file], trust is null ? null : folder[trust], null, Now, said), said.ToString());
    }

    [Fact]
    public void A_seal_that_holds_is_told_with_who_and_when_and_what()
    {
        var (status, said) = Run("a.pdf", "trust");
        Assert.Equal(ExitStatus.Fine, status);
        Assert.All([office.Own.SerialNumber, "株洲市人民政府", "试验政务证书机构", "2021-10-08 15:03:22 +08:00", Digest], told => Assert.Contains(told, said, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_authorities_the_signer_is_told_but_not_accepted()
    {
        var (status, said) = Run("a.pdf");
        Assert.Equal(ExitStatus.Found, status);
        Assert.Contains("株洲市人民政府", said, StringComparison.Ordinal);
        Assert.Contains("--trust", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.pdf", "trust", 0, true, "")]
    [InlineData("a.pdf", null, 1, true, "not-checked")]
    [InlineData("a.pdf", "strangers", 1, true, "untrusted")]
    [InlineData("unsigned.pdf", "trust", 1, false, "not-signed")]
    [InlineData("nowhere.pdf", "trust", 1, false, "unreadable")]
    public void The_json_is_as_the_contract_says(string file, string? trust, int status, bool isTold, string code)
    {
        using var stranger = new TestOffice();
        stranger.Trusted(folder["strangers"]);
        Assert.Equal(status, VerifyCommand.Run(folder[file], trust is null ? null : folder[trust], folder["out.json"], Now, TextWriter.Null));
        using var json = JsonDocument.Parse(File.ReadAllBytes(folder["out.json"]));
        var root = json.RootElement;
        Assert.Equal((file, status == 0), (root.GetProperty("file").GetString(), root.GetProperty("valid").GetBoolean()));
        Assert.Equal(code, string.Join(' ', root.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("code").GetString())));
        Assert.Equal(isTold, root.TryGetProperty("submission", out var submission) && submission.GetString() == Digest);
        Assert.Equal(isTold ? ["株洲市人民政府"] : [], root.GetProperty("signers").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
        Assert.All(root.GetProperty("signers").EnumerateArray(), s => Assert.Equal(At, DateTimeOffset.Parse(s.GetProperty("signedAt").GetString()!, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void What_cannot_be_believed_is_wrong_usage()
    {
        folder.Put("broken/root.pem", "none");
        Assert.Equal(ExitStatus.Usage, Run("a.pdf", "broken").Status);
        Assert.Equal(ExitStatus.Usage, Run("a.pdf", "nowhere").Status);
        Assert.Equal(ExitStatus.Usage, Run("trust", "trust").Status);
    }
}
