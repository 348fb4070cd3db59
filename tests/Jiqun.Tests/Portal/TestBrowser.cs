using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AngleSharp;
using AngleSharp.Dom;

namespace Jiqun.Tests.Portal;

/// <summary>A page as it came.</summary>
public sealed record TestPage(HttpStatusCode Status, string Path, string Text, IDocument Document);

/// <summary>A browser without scripts: cookies, pages and forms over real HTTP.</summary>
public sealed class TestBrowser : IDisposable
{
    readonly HttpClient http;

    public TestBrowser(string address) => http = new(new SocketsHttpHandler { CookieContainer = Cookies }) { BaseAddress = new Uri(address), DefaultRequestHeaders = { { "Accept-Language", "zh-CN" } } };

    public CookieContainer Cookies { get; } = new();

    /// <summary>The last page; its token goes with the next form.</summary>
    public TestPage Page { get; private set; } = null!;

    public HttpClient Http => http;

    public string Token => Page.Document.QuerySelector("input[name=__RequestVerificationToken]")?.GetAttribute("value") ?? "";

    public async Task<TestPage> Get(string path) => Page = await Read(await http.GetAsync(new Uri(path, UriKind.Relative)));

    /// <summary>Sends a form as the last page would.</summary>
    public async Task<TestPage> Post(string path, params (string Name, string Value)[] inputs)
    {
        using var form = new FormUrlEncodedContent(inputs.Append(("__RequestVerificationToken", Token)).Select(i => KeyValuePair.Create(i.Item1, i.Item2)));
        return await Send(path, form);
    }

    public async Task<TestPage> Send(string path, HttpContent content) => Page = await Read(await http.PostAsync(new Uri(path, UriKind.Relative), content));

    /// <summary>Sends JSON as the scripts of the last page would.</summary>
    public async Task<(HttpStatusCode Status, JsonNode? Body)> Json(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("RequestVerificationToken", Token);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    static async Task<TestPage> Read(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        var document = await BrowsingContext.New(Configuration.Default).OpenAsync(r => r.Content(text));
        return new TestPage(answer.StatusCode, answer.RequestMessage!.RequestUri!.PathAndQuery, text, document);
    }

    public void Dispose() => http.Dispose();
}
