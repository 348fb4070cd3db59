using Jiqun.Core;
using Jiqun.Documents.Files;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;

namespace Jiqun.Portal.Evidence;

/// <summary>Takes a filled form in. It is read before it is kept: what is not this form is not kept.</summary>
sealed class UploadForm(AttachEvidence attach, FilledFiles files, OpenEntry open, TimeProvider clock)
{
    /// <param name="content">Seekable.</param>
    public async Task<Outcome<EvidenceFile>> Run(Guid entryId, string name, Stream content, Actor actor, CancellationToken cancel)
    {
        if (await open.Own(entryId, actor) is not { } entry)
            return Refusals.Missing();
        var kind = EvidenceKinds.Of(content);
        if (kind is { Refused: false, Value: EvidenceKind.Word or EvidenceKind.OldWord }
            && await files.Read(open.FormOf(entry), kind.Value, content, clock.Today(), cancel) is { Refused: true, Refusal: var unread })
            return unread.ToList();
        return await attach.Run(entryId, "", name, content, isOrigin: true, actor, cancel);
    }
}
