using System.Net;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal;

public sealed class HealthTests
{
    static async Task<(HttpStatusCode Status, string Text)> Ask(TestPortal portal, string path, string? cookie = null)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(portal.Address) };
        if (cookie is not null)
            http.DefaultRequestHeaders.Add("Cookie", cookie);
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.True(answer.Headers.CacheControl!.NoStore);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    static async Task Run(JiqunDb db, string sql) => await db.Database.ExecuteSqlRawAsync(sql, TestContext.Current.CancellationToken);

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task It_is_ready_while_the_database_answers_and_lives_without_it(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        Assert.Equal((HttpStatusCode.OK, "live"), await Ask(portal, "/health/live"));
        Assert.Equal((HttpStatusCode.OK, "ready"), await Ask(portal, "/health/ready", "jiqun=nonsense; jiqun-form=nonsense"));

        await using var db = portal.Database.Open();
        await Run(db, "ALTER TABLE round RENAME TO gone");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready"), await Ask(portal, "/health/ready"));
        Assert.Equal((HttpStatusCode.OK, "live"), await Ask(portal, "/health/live"));

        await Run(db, "ALTER TABLE gone RENAME TO round");
        Assert.Equal((HttpStatusCode.OK, "ready"), await Ask(portal, "/health/ready"));
    }

    [Fact]
    public async Task A_database_that_hangs_is_asked_once_and_waited_for_a_second()
    {
        await using var portal = await TestPortal.Of("postgres");
        await using var db = portal.Database.Open();
        await using (await db.Database.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await Run(db, "LOCK TABLE round IN ACCESS EXCLUSIVE MODE");
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Ask(portal, "/health/ready"))).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            Assert.All(answers, a => Assert.Equal(HttpStatusCode.ServiceUnavailable, a.Status));
            var waiting = await db.Database.SqlQueryRaw<long>("SELECT count(*) AS \"Value\" FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())").SingleAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1, waiting);
        }
        for (var i = 0; i < 50 && (await Ask(portal, "/health/ready")).Status is not HttpStatusCode.OK; i++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, (await Ask(portal, "/health/ready")).Status);
    }
}
