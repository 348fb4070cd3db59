using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Documents.Files;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Evidence;

/// <summary>Adds a file to a draft, puts one away, and takes it out again. Each is a change of the entry: a submission under way begins anew.</summary>
sealed class AttachEvidence(JiqunDb db, OpenEntry open, JudgeUpload judge, FilledFiles filled, TimeProvider clock)
{
    /// <summary>Bytes of one file; files of one entry, and bytes of them together, those put away among them.</summary>
    public const long LargestFile = 50 << 20, LargestTogether = 500 << 20;

    internal const int MostFiles = 200;

    /// <param name="field">Empty for the entry as a whole.</param>
    /// <param name="content">Seekable.</param>
    /// <param name="isOrigin">It is a filled form, from which answers are taken: what is not this form is not kept.</param>
    public async Task<Outcome<EvidenceFile>> Run(Guid entryId, string field, string name, Stream content, bool isOrigin, Actor actor, CancellationToken cancel)
    {
        if (await (isOrigin ? open.Own(entryId, actor) : open.Run(entryId, actor)) is not { } entry)
            return Refusals.Missing();
        var now = clock.Now();
        if (entry.WhyFixed(actor, now) is { } fixed_)
            return fixed_;
        if (field.Length > 0 && open.FormOf(entry).Find(field) is not { By: AnsweredBy.Entrant })
            return Finding.Error("unknown-field", null, Words.Of("unknown-field", field));
        if (content.Length > LargestFile)
            return Finding.Error("evidence-large", null, Words.Of("evidence-large", LargestFile >> 20));
        var kind = await judge.Run(content, entryId, actor, cancel);
        if (kind.Refused)
            return kind.Refusal[0];
        if (isOrigin && kind.Value is not (EvidenceKind.Word or EvidenceKind.OldWord))
            return Finding.Error("evidence-kind", null, Words.Of("evidence-no-form"));
        if (!isOrigin && kind.Value is EvidenceKind.OldWord)
            return Finding.Error("evidence-kind", null, Words.Of("evidence-old-word"));
        if (isOrigin && await filled.Read(open.FormOf(entry), kind.Value, content, clock.Today(), cancel) is { Refused: true, Refusal: var unread })
            return unread.ToList();

        var digest = await Blobs.Digest(content, cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await Hold(entryId, now, cancel))
            return entry.WhyFixed(actor, clock.Now()) ?? Finding.Error("busy", null, Words.Of("entry-busy"));
        var sizes = await db.Evidence.Where(e => e.EntryId == entryId).Select(e => e.Size).ToListAsync(cancel);
        if (sizes.Count >= MostFiles || sizes.Sum() + content.Length > LargestTogether)
            return Finding.Error("evidence-many", null, Words.Of("evidence-many", MostFiles, LargestTogether >> 20));
        await db.Keep(digest, content, cancel);
        var evidence = new EvidenceFile
        {
            Id = Guid.CreateVersion7(now),
            EntryId = entryId,
            Field = field,
            Name = PlainName.OfFile(name, EvidenceKinds.Endings(kind.Value)),
            Kind = kind.Value,
            Digest = digest,
            Size = content.Length,
            IsOrigin = isOrigin,
            At = now,
            AccountId = actor.AccountId,
        };
        db.Evidence.Add(evidence);
        db.Note(AuditAction.EvidenceAttached, actor.AccountId, evidence.Id, now, digest);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return evidence;
    }

    /// <param name="away">False takes it out again.</param>
    public async Task<Outcome<EvidenceFile>> PutAway(Guid id, bool away, Actor actor, CancellationToken cancel)
    {
        if (await db.EvidenceOf(actor).SingleOrDefaultAsync(e => e.Id == id, cancel) is not { } evidence || await open.Run(evidence.EntryId, actor) is not { } entry)
            return Refusals.Missing();
        var now = clock.Now();
        if (entry.WhyFixed(actor, now) is { } fixed_)
            return fixed_;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await Hold(entry.Id, now, cancel))
            return Finding.Error("busy", null, Words.Of("entry-busy"));
        if (away && evidence.PutAwayAt is null)
            db.Tell(NoticeKind.EvidencePutAway, id, actor.AccountId, now, entry.OrganisationId);
        evidence.PutAwayAt = away ? now : null;
        db.Note(away ? AuditAction.EvidencePutAway : AuditAction.EvidenceTakenOut, actor.AccountId, id, now);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return evidence;
    }

    /// <summary>Takes hold of the entry, if it may still be changed.</summary>
    async Task<bool> Hold(Guid entry, DateTime now, CancellationToken cancel) => await db.Database.ExecuteSqlAsync(
        $"""
        UPDATE entry SET revision = revision + 1
        WHERE id = {entry} AND state = 'Draft' AND (extended_to > {now} OR EXISTS (SELECT 1 FROM round WHERE round.id = entry.round_id AND closes_at > {now}))
        """, cancel) == 1;
}
