using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Publication;

/// <summary>Marks a comment as dealt with, once, with a note of what came of it.</summary>
sealed class DealWithComment(JiqunDb db, TimeProvider clock)
{
    /// <summary>In UTF-16 units.</summary>
    public const int LongestNote = 500;

    /// <param name="note">Empty for none.</param>
    public async Task<Outcome<VisitorComment>> Run(Guid id, Guid commentId, string note, Actor actor)
    {
        if (await db.CommentsOf(actor).SingleOrDefaultAsync(c => c.RoundId == id && c.Id == commentId) is not { } comment)
            return Refusals.Missing();
        note = PlainText.Of(note);
        if (comment.DoneAt is not null)
            return comment.DoneBy == actor.AccountId && comment.Note == note ? comment : Meanwhile();
        if (note.Length > LongestNote)
            return Finding.Error("too-long", "note", Words.Of("comment-note-long", note.Length, LongestNote));
        (comment.DoneAt, comment.DoneBy, comment.Note) = (clock.Now(), actor.AccountId, note);
        db.Note(AuditAction.CommentDone, actor.AccountId, commentId, clock.Now(), $"{comment.Number}");
        try
        {
            await db.SaveChangesAsync();
            return comment;
        }
        catch (DbUpdateConcurrencyException)
        {
            return Meanwhile();
        }
    }

    static Finding Meanwhile() => Finding.Error("comment-done", null, Words.Of("comment-done-already"));
}
