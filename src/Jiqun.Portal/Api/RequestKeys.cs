using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Api;

/// <summary>A request that bore an Idempotency-Key, and what it was answered.</summary>
public sealed class AnsweredRequest
{
    public required Guid TokenId { get; init; }

    public required string Key { get; init; }

    /// <summary>SHA-256 of method, address and body.</summary>
    public required string Digest { get; init; }

    public required DateTime At { get; init; }

    /// <summary>Encrypted under the token, which is kept nowhere, since it may hold the secret of an invitation; null while there is none, or after it broke off.</summary>
    public byte[]? Answer { get; init; }
}

/// <summary>
/// A POST that is repeated with the same Idempotency-Key is answered as before and done once. What was refused is not kept: it may be sent again.
/// When the portal ends or fails between the deed and its note, nobody knows; the repeated request is told so, and not done again.
/// </summary>
static class RequestKeys
{
    public const string Header = "Idempotency-Key";

    const int LongestKey = 100, LargestAnswer = 1 << 20;      // of a larger one the status and where it stands are repeated

    static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    sealed record Answer(int Status, string? Type, string? Location, string? Tag, byte[] Body);

    /// <summary>The key as an id: the same person's same key is the same id.</summary>
    public static Guid Id(Actor actor, string key) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{actor.AccountId} {key}")).AsSpan(0, 16));

    public static void UseRequestKeys(this WebApplication app)
    {
        var protection = app.Services.GetRequiredService<IDataProtectionProvider>();
        app.Use((http, next) =>
            HttpMethods.IsPost(http.Request.Method) && http.Request.Headers.ContainsKey(Header) && http.Features.Get<UsedToken>() is { } token
                ? Run(http, next, token.Id, protection.CreateProtector("answered requests", token.Secret))
                : next(http));
    }

    static async Task Run(HttpContext http, RequestDelegate next, Guid token, IDataProtector protector)
    {
        var (db, clock) = (http.RequestServices.GetRequiredService<JiqunDb>(), http.RequestServices.GetRequiredService<TimeProvider>());
        var key = http.Request.Headers[Header].ToString();
        if (key.Length is 0 or > LongestKey || !key.All(c => c is > ' ' and <= '~'))
        {
            await Refuse(http, "key-wrong");
            return;
        }
        var (digest, now) = (await Digest(http), clock.Now());
        // whoever goes away meanwhile comes back with the same key: from here on nothing stops half way
        var aborted = http.RequestAborted;
        http.RequestAborted = CancellationToken.None;
        await db.AnsweredRequests.Where(r => r.At < now - Kept).ExecuteDeleteAsync(CancellationToken.None);
        if (await db.Database.ExecuteSqlAsync($"INSERT INTO answered_request (token_id, key, digest, at) VALUES ({token}, {key}, {digest}, {now}) ON CONFLICT (token_id, key) DO NOTHING", CancellationToken.None) == 0)
        {
            var before = await db.AnsweredRequests.AsNoTracking().SingleOrDefaultAsync(r => r.TokenId == token && r.Key == key, CancellationToken.None);
            if (before?.Digest != digest)
                await Refuse(http, before is null ? "key-busy" : "key-used");
            else if (before.Answer is null)
                await Refuse(http, "key-busy");
            else
                await Repeat(http, JsonSerializer.Deserialize<Answer>(protector.Unprotect(before.Answer))!);
            return;
        }

        var row = db.AnsweredRequests.Where(r => r.TokenId == token && r.Key == key);
        var body = http.Response.Body;
        using var written = new MemoryStream();
        http.Response.Body = written;
        try
        {
            await next(http);
        }
        catch (BadHttpRequestException)                     // before anything was done
        {
            await row.ExecuteDeleteAsync(CancellationToken.None);
            throw;
        }
        finally
        {
            http.Response.Body = body;
        }
        if (http.Response.StatusCode is >= 200 and < 300)
        {
            var headers = http.Response.Headers;
            var answer = new Answer(http.Response.StatusCode, http.Response.ContentType, headers.Location, headers.ETag, written.Length <= LargestAnswer ? written.ToArray() : []);
            var bytes = protector.Protect(JsonSerializer.SerializeToUtf8Bytes(answer));
            await row.ExecuteUpdateAsync(s => s.SetProperty(r => r.Answer, bytes), CancellationToken.None);
        }
        else
        {
            await row.ExecuteDeleteAsync(CancellationToken.None);
        }
        if (written.Length > 0)                             // there are answers that may have none
            await body.WriteAsync(written.ToArray(), aborted);
    }

    static async Task Repeat(HttpContext http, Answer answer)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.Type;
        http.Response.Headers["Idempotent-Replayed"] = "true";
        if (answer.Location is not null)
            http.Response.Headers.Location = answer.Location;
        if (answer.Tag is not null)
            http.Response.Headers.ETag = answer.Tag;
        if (answer.Body.Length > 0)
            await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }

    static Task Refuse(HttpContext http, string code) => Refusals.Refused([Finding.Error(code, null, Words.Of($"api-{code}"))], http).ExecuteAsync(http);

    /// <summary>Reads the request to its end; whoever reads it next begins anew.</summary>
    static async Task<string> Digest(HttpContext http)
    {
        http.Request.EnableBuffering();
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(Encoding.UTF8.GetBytes($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n"));
        var buffer = new byte[64 * 1024];
        while (await http.Request.Body.ReadAsync(buffer, http.RequestAborted) is > 0 and var read)
            digest.AppendData(buffer, 0, read);
        http.Request.Body.Position = 0;
        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }
}

sealed class AnsweredRequestTable : IEntityTypeConfiguration<AnsweredRequest>
{
    public void Configure(EntityTypeBuilder<AnsweredRequest> request)
    {
        request.ToTable("answered_request");
        request.HasKey(r => new { r.TokenId, r.Key });
        request.HasIndex(r => r.At);
        request.Property(r => r.Key).HasMaxLength(100);
        request.Property(r => r.Digest).HasMaxLength(64);
        request.HasOne<AccessToken>().WithMany().HasForeignKey(r => r.TokenId).OnDelete(DeleteBehavior.Restrict);
    }
}
