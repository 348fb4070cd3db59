using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Jiqun.Portal.Accounts;

namespace Jiqun.Tests.Portal.Api;

/// <summary>What a program was answered.</summary>
public sealed record ProgramAnswer(HttpStatusCode Status, string Text, HttpResponseHeaders Headers, string? Type)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? Tag => Headers.ETag?.Tag;

    /// <summary>Code of the refusal.</summary>
    public string? Code => (string?)Json["code"];
}

/// <summary>A program that acts for a person with an access token, over real HTTP.</summary>
public sealed class TestProgram(string address, string? token) : IDisposable
{
    readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = new Uri(address),
        DefaultRequestHeaders = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) },
    };

    public Task<ProgramAnswer> Get(string path, string? known = null) => Send(HttpMethod.Get, path, null, ("If-None-Match", known));

    public Task<ProgramAnswer> Post(string path, object? body, string? key = null) => Send(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body), ("Idempotency-Key", key));

    public Task<ProgramAnswer> Put(string path, object body, string? match) => Send(HttpMethod.Put, path, JsonContent.Create(body), ("If-Match", match));

    public Task<ProgramAnswer> Delete(string path) => Send(HttpMethod.Delete, path, null);

    public Task<ProgramAnswer> Send(HttpMethod method, string path, HttpContent? body, params (string Name, string? Value)[] headers) => Send(method, path, body, CancellationToken.None, headers);

    public async Task<ProgramAnswer> Send(HttpMethod method, string path, HttpContent? body, CancellationToken hangUp, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        foreach (var (name, value) in headers)
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request, hangUp);
        return new ProgramAnswer(answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers, answer.Content.Headers.ContentType?.MediaType);
    }

    public void Dispose() => http.Dispose();
}

static class TestPrograms
{
    extension(TestPortal portal)
    {
        /// <summary>A program of this person.</summary>
        /// <param name="scopes">All when none is named.</param>
        public async Task<TestProgram> Program(string who, params Scope[] scopes) => new(portal.Address, await portal.Token(who, scopes));

        /// <summary>A token of this person, made without the page.</summary>
        public async Task<string> Token(string who, params Scope[] scopes)
        {
            var secret = $"jiqun_{AcceptInvitation.NewSecret()}";
            await using var db = portal.Database.Open();
            var account = db.Users.Single(a => a.UserName == who);
            db.Add(new AccessToken
            {
                Id = Guid.CreateVersion7(),
                AccountId = account.Id,
                Name = "测试",
                SecretDigest = AcceptInvitation.Digest(secret),
                Scopes = string.Join(' ', scopes.Length == 0 ? Enum.GetValues<Scope>() : scopes),
                Stamp = account.SecurityStamp!,
                CreatedAt = portal.Clock.Time.UtcDateTime,
                ExpiresAt = portal.Clock.Time.UtcDateTime.AddDays(30),
            });
            await db.SaveChangesAsync();
            return secret;
        }
    }
}
