using System.Net;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Api;

/// <summary>A request that is repeated with its key is done once.</summary>
public sealed class RequestKeyTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    static object Invitation(TestPortal portal, string invitee = "王") => new { invitee, organisation = portal.Promoter.Id };

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_repeated_request_is_answered_as_before_and_done_once(string kind)
    {
        var portal = await portals.Of(kind);
        using var program = await portal.Program("promoter");
        var key = $"{Guid.NewGuid()}";
        var count = await Count(portal);

        var first = await program.Post("/api/invitations", Invitation(portal), key);
        var second = await program.Post("/api/invitations", Invitation(portal), key);

        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal((first.Status, first.Text, first.Type, first.Headers.Location), (second.Status, second.Text, second.Type, second.Headers.Location));
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.True(second.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(count + 1, await Count(portal));
        await using var db = portal.Database.Open();
        var kept = await db.AnsweredRequests.SingleAsync(r => r.Key == key);
        var secret = ((string)first.Json["link"]!).Split('/')[^1];
        Assert.DoesNotContain(secret, System.Text.Encoding.Latin1.GetString(kept.Answer!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_good_for_one_request_of_one_person()
    {
        var portal = await portals.Of("sqlite");
        using var program = await portal.Program("promoter");
        using var colleague = await portal.Program("colleague");
        var key = $"{Guid.NewGuid()}";
        await program.Post("/api/invitations", Invitation(portal), key);

        var otherBody = await program.Post("/api/invitations", Invitation(portal, "李"), key);
        var otherPath = await program.Post("/api/entries", Invitation(portal), key);
        var otherPerson = await colleague.Post("/api/invitations", Invitation(portal), key);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "key-used"), (otherBody.Status, otherBody.Code));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "key-used"), (otherPath.Status, otherPath.Code));
        Assert.Equal(HttpStatusCode.Created, otherPerson.Status);
        Assert.False(otherPerson.Headers.Contains("Idempotent-Replayed"));
    }

    [Fact]
    public async Task What_was_refused_may_be_sent_again_with_its_key()
    {
        var portal = await portals.Of("sqlite");
        using var program = await portal.Program("promoter");
        var key = $"{Guid.NewGuid()}";

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await program.Post("/api/invitations", Invitation(portal, ""), key)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await program.Post("/api/invitations", new { invited = "x" }, key)).Status);

        Assert.Equal(HttpStatusCode.Created, (await program.Post("/api/invitations", Invitation(portal), key)).Status);
    }

    [Fact]
    public async Task Many_at_once_do_it_once()
    {
        var portal = await portals.Of("postgres");
        using var program = await portal.Program("promoter");
        var key = $"{Guid.NewGuid()}";
        var count = await Count(portal);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => program.Post("/api/invitations", Invitation(portal), key)));

        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.Created || a is { Status: HttpStatusCode.Conflict, Code: "key-busy" }));
        Assert.Single(answers.Where(a => a.Status is HttpStatusCode.Created).Select(a => a.Text).Distinct());
        Assert.Equal(count + 1, await Count(portal));
    }

    [Fact]
    public async Task Who_hangs_up_before_the_answer_gets_it_with_the_same_key_and_it_was_done_once()
    {
        var portal = await portals.Of("sqlite");
        using var program = await portal.Program("promoter");
        var count = await Count(portal);
        for (var i = 1; i <= 30; i++)
        {
            var key = $"{Guid.NewGuid()}";
            using (var hurry = new CancellationTokenSource(TimeSpan.FromMilliseconds(i)))
                try
                {
                    await program.Send(HttpMethod.Post, "/api/invitations", System.Net.Http.Json.JsonContent.Create(Invitation(portal)), hurry.Token, ("Idempotency-Key", key));
                }
                catch (OperationCanceledException)
                {
                }
            ProgramAnswer answer;
            while ((answer = await program.Post("/api/invitations", Invitation(portal), key)) is { Status: HttpStatusCode.Conflict })
                await Task.Delay(20, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.Created, answer.Status);
            Assert.StartsWith("http", (string?)answer.Json["link"], StringComparison.Ordinal);
            Assert.Equal(count + i, await Count(portal));
        }
    }

    [Theory, InlineData(""), InlineData("with blank"), InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        var portal = await portals.Of("sqlite");
        using var program = await portal.Program("promoter");
        var count = await Count(portal);

        var answer = await program.Post("/api/invitations", Invitation(portal), key);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "key-wrong"), (answer.Status, answer.Code));
        Assert.Equal(count, await Count(portal));
    }

    [Fact]
    public async Task Nobody_knows_what_became_of_a_request_that_broke_off_and_that_is_said()
    {
        var portal = await portals.Of("sqlite");
        using var program = await portal.Program("promoter");
        var key = $"{Guid.NewGuid()}";
        await program.Post("/api/invitations", Invitation(portal), key);
        await using (var db = portal.Database.Open())
            await db.AnsweredRequests.Where(r => r.Key == key).ExecuteUpdateAsync(s => s.SetProperty(r => r.Answer, (byte[]?)null));

        var answer = await program.Post("/api/invitations", Invitation(portal), key);

        Assert.Equal((HttpStatusCode.Conflict, "key-busy"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Keys_are_forgotten_after_a_week()
    {
        await using var portal = await TestPortal.Of("sqlite");
        using var program = await portal.Program("promoter");
        await program.Post("/api/invitations", Invitation(portal), "a");
        portal.Clock.Time += TimeSpan.FromDays(8);
        await program.Post("/api/invitations", Invitation(portal), "b");

        await using var db = portal.Database.Open();
        Assert.Equal(["b"], await db.AnsweredRequests.Select(r => r.Key).ToListAsync());
    }

    static async Task<int> Count(TestPortal portal)
    {
        await using var db = portal.Database.Open();
        return await db.Invitations.CountAsync();
    }
}
