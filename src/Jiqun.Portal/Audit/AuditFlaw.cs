namespace Jiqun.Portal.Audit;

/// <summary>What was found to be otherwise than the portal wrote it. The names are a public contract.</summary>
public enum AuditFlawKind
{
    /// <summary>An audit row says something else than when it was chained, or than when it was written.</summary>
    RowChanged,

    /// <summary>A right row stands under another number than it was chained with.</summary>
    RowMoved,

    RowRemoved,

    /// <summary>A row that the portal did not write, or wrote for another database, or that was added behind the chain.</summary>
    RowInserted,

    /// <summary>The portal wrote it once, and it is there several times.</summary>
    RowCopied,

    /// <summary>Right rows that are not chained although they are old: the end of the chain is gone, or the portal was killed and has not run since.</summary>
    RowsUnchained,

    BlockChanged,

    BlockRemoved,

    /// <summary>A checkpoint names a block that is not there, or is another one: the end of the chain was cut off or replaced.</summary>
    CheckpointMissed,

    /// <summary>A change in the history of an entry is not what was written.</summary>
    ChangeChanged,

    ChangeRemoved,

    /// <summary>It is in the history of an entry, and no audit row tells of it.</summary>
    ChangeUnaudited,

    /// <summary>What stands in a draft is not what its history says.</summary>
    AnswerChanged,

    SubmissionChanged,

    SubmissionUnaudited,

    /// <summary>A personal value is not the one that a submission is bound to.</summary>
    PersonalValueChanged,

    StepUnaudited,

    /// <summary>An entry's state is not that of its last step.</summary>
    StateChanged,

    /// <summary>The content of a file is not that of its digest.</summary>
    FileChanged,
}

/// <param name="What">Number of the row or block, or id and number of what was changed.</param>
public sealed record AuditFlaw(AuditFlawKind Kind, string What);

/// <summary>What <see cref="VerifyAudit"/> found.</summary>
/// <param name="Rows">Audit rows that were looked at; those that are not chained yet among them.</param>
/// <param name="NotYetChained">Rows of the last moments.</param>
/// <param name="LastBlock">Number of the last block; 0 when there is none.</param>
/// <param name="LastHash">Lower-case hex; empty when there is none.</param>
/// <param name="Flaws">In the order in which they were found; at most <see cref="VerifyAudit.MostFlaws"/>.</param>
public sealed record AuditVerdict(long Rows, long NotYetChained, long LastBlock, string LastHash, long Changes, long Submissions, long Files, IReadOnlyList<AuditFlaw> Flaws);
