using System.Net;
using Jiqun.Documents.Files;
using Jiqun.Portal.Layout;
using Microsoft.Net.Http.Headers;

namespace Jiqun.Tests.Portal;

/// <summary>Addresses and names that would lead elsewhere, or write into a header.</summary>
public sealed class HostileAddressTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    public static TheoryData<string> Elsewhere =>
    [
        "", " ", "evil.example", "evil.example/", "http://evil.example", "https://evil.example/", "HTTPS://evil.example", "https:evil.example", "https:/evil.example", "https:///evil.example",
        "//evil.example", "///evil.example", "////evil.example", "//evil.example/%2e%2e", "//\tevil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "/\r\nLocation: https://evil.example", "/\0/evil.example",
        "\\evil.example", "\\\\evil.example", "/\\evil.example", "/\\/evil.example", "\\/evil.example", "/..//\\evil.example", "/a\\b",
        "javascript:alert(1)", "JAVASCRIPT:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "mailto:a@evil.example", "ftp://evil.example",
        "/.//evil.example", "/..//evil.example", "/a/..//evil.example", "/././/evil.example", "@evil.example", ":80", "?return=//evil.example", "#//evil.example", " //evil.example", "\t//evil.example", "\u00A0//evil.example",
    ];

    [Theory, MemberData(nameof(Elsewhere))]
    public void What_leads_elsewhere_leads_home(string address) => Assert.Equal("/", LocalAddress.Of(address));

    [Theory]
    [InlineData("/"), InlineData("/entries"), InlineData("/entries?a=1&b=2"), InlineData("/a#b"), InlineData("/?u=https://evil.example"), InlineData("/@evil.example"), InlineData("/%2f/evil.example"), InlineData("/%5cevil.example"), InlineData("/文"), InlineData("/;//evil.example"), InlineData("/a:b@c")]
    public void What_stays_here_is_gone_back_to(string address)
    {
        var to = LocalAddress.Of(address);
        Assert.Matches(@"^/(?![/\\])[\x21-\x7e]*$", to);
        Assert.Equal("jiqun", new Uri(new Uri("http://jiqun"), to).Host);
    }

    [Theory]
    [InlineData("../portal.js"), InlineData("..%2fportal.js"), InlineData("..%5cportal.js"), InlineData("%2e%2e%2fportal.js"), InlineData("....//portal.js"), InlineData("%2fetc%2fpasswd"), InlineData("C:%5cWindows%5cwin.ini"), InlineData("portal.js%00.css"), InlineData("Portal.js"), InlineData("portal.js."), InlineData("samples/1.docx"), InlineData("%252e%252e%252fportal.js"), InlineData("~"), InlineData("."), InlineData("*")]
    public async Task No_asset_but_ours_is_given_out(string name)
    {
        var portal = await portals.Of("sqlite");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(portal.Address) };
        using var answer = await http.GetAsync(new Uri($"{portal.Address}/assets/{name}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.Redirect, $"{answer.StatusCode}");
        Assert.NotEqual("text/javascript", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("证书.pdf", "证书.pdf")]
    [InlineData("../../etc/passwd", "passwd.pdf")]
    [InlineData(@"..\..\windows\win.ini", "win.ini.pdf")]
    [InlineData(@"C:\a.pdf", "a.pdf")]
    [InlineData("a.exe", "a.exe.pdf")]
    [InlineData("a.pdf.exe", "a.pdf.exe.pdf")]
    [InlineData("a.PDF", "a.PDF")]
    [InlineData("a.pdf.", "a.pdf")]
    [InlineData("a.pdf:b.exe", "a.pdf:b.exe.pdf")]
    [InlineData("a\u202Efdp.exe", "afdp.exe.pdf")]
    [InlineData("a\u200B.pdf\r\nSet-Cookie: x=y", "a.pdfSet-Cookie: x=y.pdf")]
    [InlineData("a.pdf\0.exe", "a.pdf.exe.pdf")]
    [InlineData("", "?")]
    [InlineData("..", "?")]
    [InlineData("/", "?")]
    [InlineData("\u202E", "?")]
    public void A_files_name_is_one_line_without_folders_and_ends_as_what_it_is(string given, string kept)
    {
        var name = PlainName.OfFile(given, EvidenceKinds.Endings(EvidenceKind.Pdf));
        Assert.Equal(kept, name);
        var disposition = new ContentDispositionHeaderValue("inline");
        disposition.SetHttpFileName(name + "\"; x=\"\r\nSet-Cookie: x=y");
        Assert.DoesNotContain('\r', disposition.ToString());
        Assert.DoesNotContain('\n', disposition.ToString());
        Assert.Single(ContentDispositionHeaderValue.Parse(disposition.ToString()).Parameters, p => p.Name == "filename");
    }
}
