using Jiqun.Core;
using Jiqun.Documents.Files;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.Extensions.Logging;

namespace Jiqun.Portal.Evidence;

/// <summary>Says whether an uploaded file may come in. Nothing of it is stored, and no program but the scanner opens it, before that.</summary>
sealed partial class JudgeUpload(JiqunDb db, PortalSettings settings, TimeProvider clock, ILogger<JudgeUpload> log)
{
    /// <param name="content">Seekable; left at its beginning.</param>
    /// <param name="subject">Of the entry, the submission or the round that it is for.</param>
    public async Task<Outcome<EvidenceKind>> Run(Stream content, Guid subject, Actor actor, CancellationToken cancel)
    {
        var kind = EvidenceKinds.Of(content);
        if (kind.Refused)
            return kind;
        if (ActiveContent.Find(content, kind.Value) is { } active)
            return await Refuse("active", active.Code, active);
        if (settings.Scanner is not { } scanner)
            return kind;
        var scan = await scanner.Scan(content, cancel);
        switch (scan.Verdict)
        {
            case ScanVerdict.Clean:
                return kind;
            case ScanVerdict.Infected:
                return await Refuse("infected", scan.Said, Finding.Error("upload-infected", null, Words.Of("upload-infected")));
            default:
                Metrics.UploadsRefused.Add(1, Metrics.Kind("unscanned"));
                Unscanned(log, scanner, scan.Said);
                return Finding.Error("upload-unscanned", null, Words.Of("upload-unscanned"));
        }

        async Task<Finding> Refuse(string sort, string what, Finding why)
        {
            Metrics.UploadsRefused.Add(1, Metrics.Kind(sort));
            await db.NoteAlone(AuditAction.UploadRefused, actor.AccountId, subject, clock.Now(), $"{what} {await Blobs.Digest(content, cancel)}", AuditOutcome.Refused);
            return why;
        }
    }

    [LoggerMessage(LogLevel.Error, "The virus scanner {Scanner} gave no verdict, so an upload was refused: {Said}")]
    static partial void Unscanned(ILogger log, VirusScanner scanner, string said);
}
