using Jiqun.Core;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Publication;

/// <summary>What a visitor wants to say.</summary>
/// <param name="Entry">Id of a published entry; empty for the round as a whole.</param>
/// <param name="Name">Empty for none; so the next.</param>
/// <param name="Trap">Of an input that nobody sees: programs that fill in whatever there is are known by it.</param>
public sealed record CommentInput(Guid Request, string Entry, string Text, string Name, string Contact, string Trap)
{
    public static CommentInput New(string? entry) => new(Guid.NewGuid(), entry ?? "", "", "", "", "");

    /// <summary>Null when it bears no request id: it comes from no page of ours.</summary>
    public static CommentInput? Of(IFormCollection form) => Guid.TryParse(form["request"], out var request)
        ? new(request, form["entry"].ToString(), form["text"].ToString(), form["name"].ToString(), form["contact"].ToString(), form["website"].ToString())
        : null;
}

/// <summary>Takes what a visitor says to a round that is public now. Nobody is signed in.</summary>
sealed class SendComment(Database database, JiqunDb db, ReadPublished read, TimeProvider clock)
{
    /// <summary>In UTF-16 units, which for Chinese are 字.</summary>
    public const int LongestText = 2000;

    /// <summary>So many a round takes; then somebody ought to look at what comes in.</summary>
    public const int MostInRound = 10_000;

    const int MostTries = 20;

    /// <summary>The comment that a request made; null when there is none in this round.</summary>
    public Task<VisitorComment?> Sent(Guid roundId, Guid request, CancellationToken stop) =>
        db.VisitorComments.AsNoTracking().SingleOrDefaultAsync(c => c.RoundId == roundId && c.RequestId == request, stop);

    public async Task<Outcome<VisitorComment>> Run(Guid roundId, CommentInput input, CancellationToken stop)
    {
        if (await read.Run(roundId, stop) is not { } published)
            return Refusals.Missing();
        if (await Sent(roundId, input.Request, stop) is { } sent)
            return sent;
        var now = clock.Now();
        if (!Takes(published, now))
            return Finding.Error("comments-over", null, Words.Of("comments-over"));
        var wrong = Wrong(input, published, out var text, out var about);
        if (wrong.Count > 0)
            return wrong;

        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            var number = 1 + (await db.VisitorComments.Where(c => c.RoundId == roundId).MaxAsync(c => (int?)c.Number, stop) ?? 0);
            if (number > MostInRound)
                return Finding.Error("comments-full", null, Words.Of("comments-full"));
            var id = Guid.CreateVersion7(now);
            var comment = new VisitorComment
            {
                Id = id,
                RoundId = roundId,
                Number = number,
                EntryId = about,
                Text = text,
                Name = VisitorComment.Stored(database.Key, id, VisitorComment.NamePlace, input.Name.Trim()),
                Contact = VisitorComment.Stored(database.Key, id, VisitorComment.ContactPlace, input.Contact.Trim()),
                RequestId = input.Request,
                At = now,
            };
            db.Add(comment);
            db.Note(AuditAction.CommentReceived, null, id, now, $"{number}");
            if (!await db.VisitorComments.AnyAsync(c => c.RoundId == roundId && c.DoneAt == null, stop))
                db.Tell(NoticeKind.CommentCame, roundId, Guid.Empty, now, await db.Organisations.Where(o => o.ParentId == null).Select(o => o.Id).ToListAsync(stop));
            try
            {
                await db.SaveChangesAsync(stop);
                return comment;
            }
            catch (DbUpdateException why) when (!Database.IsFull(why))            // another visitor took the number, or this one sent it twice at once
            {
                db.ChangeTracker.Clear();
                if (await Sent(roundId, input.Request, stop) is { } same)
                    return same;
            }
        }
        return Finding.Error("busy", null, Words.Of("comments-busy"));
    }

    /// <summary>Not once what is personal is due to be purged, for nothing would purge it again.</summary>
    public static bool Takes(PublishedRound published, DateTime now) => published.Round.PurgedAt is null && now < published.Round.KeptUntil;

    /// <param name="about">Null for the round as a whole.</param>
    static List<Finding> Wrong(CommentInput input, PublishedRound published, out string text, out Guid? about)
    {
        List<Finding> wrong = [];
        (text, about) = (PlainText.Of(input.Text), null);
        if (input.Entry.Length > 0)
        {
            if (Guid.TryParse(input.Entry, out var entry) && published.Entries.Any(e => e.Id == entry))
                about = entry;
            else
                wrong.Add(Finding.Error("comment-entry", "entry", Words.Of("comment-entry-wrong")));
        }
        if (text.Length == 0)
            wrong.Add(Finding.Error("required", "text", Words.Of("comment-text-empty")));
        else if (text.Length > LongestText)
            wrong.Add(Finding.Error("too-long", "text", Words.Of("comment-text-long", text.Length, LongestText)));
        foreach (var (field, written) in new[] { ("name", input.Name), ("contact", input.Contact) })
            if (written.Trim().Length > 0)
                wrong.AddRange(PlainName.Read(written, field).Refusal ?? []);
        if (input.Trap.Length > 0)
            wrong.Add(Finding.Error("comment-trap", "website", Words.Of("comment-trap")));
        return wrong;
    }
}
