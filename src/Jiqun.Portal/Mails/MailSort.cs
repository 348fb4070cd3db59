using Jiqun.Portal.Accounts;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Organisations;

namespace Jiqun.Portal.Mails;

/// <summary>What a person chooses by, of what is mailed. The names are stored; they never change.</summary>
public enum MailSort
{
    /// <summary>Something waits for one to act.</summary>
    Waiting,

    /// <summary>An entry came back.</summary>
    Returned,

    /// <summary>A round closes soon, and nothing is submitted.</summary>
    Deadline,

    /// <summary>An entry was accepted, or rejected.</summary>
    Decided,

    /// <summary>What else others did.</summary>
    Changed,
}

static class MailSorts
{
    /// <summary>Of an account that has chosen nothing: names, parted by blanks.</summary>
    public const string UsuallyNot = nameof(MailSort.Changed);

    /// <summary>As what a kind of notice is mailed to entrants, and as what to everybody else. Null for what is not mailed.</summary>
    public static (MailSort Entrants, MailSort Others)? Of(NoticeKind kind) => kind switch
    {
        NoticeKind.Submitted => (MailSort.Changed, MailSort.Changed),
        NoticeKind.TurnCame => (MailSort.Waiting, MailSort.Waiting),
        NoticeKind.Returned => (MailSort.Returned, MailSort.Returned),
        NoticeKind.Decided => (MailSort.Decided, MailSort.Decided),
        NoticeKind.StepTaken => (MailSort.Changed, MailSort.Changed),
        NoticeKind.DeadlineExtended => (MailSort.Deadline, MailSort.Deadline),
        NoticeKind.RoundMade => (MailSort.Changed, MailSort.Changed),
        NoticeKind.RoundChanged => (MailSort.Changed, MailSort.Changed),
        NoticeKind.Joined => (MailSort.Changed, MailSort.Changed),
        NoticeKind.EntryBegun => null,
        NoticeKind.EvidencePutAway => null,
        NoticeKind.CommentCame => null,
        NoticeKind.FormMailed => null,
    };

    /// <summary>Whether a notice of this kind is mailed to this person: they have an address, and chose the sort.</summary>
    public static bool Wants(this Account person, NoticeKind kind, Actor actor) =>
        Of(kind) is var (entrants, others) && person.Wants(actor.IsMember(Level.Promoter) ? entrants : others);

    public static bool Wants(this Account person, MailSort sort) => person is { Closed: false, EmailConfirmed: true, Email.Length: > 0 } && person.Chosen().Contains(sort);

    public static IReadOnlySet<MailSort> Chosen(this Account person)
    {
        var left = person.NotMailed.Split(' ');
        return Enum.GetValues<MailSort>().Where(s => !left.Contains(s.ToString())).ToHashSet();
    }
}
