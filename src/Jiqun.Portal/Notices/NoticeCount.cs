using Jiqun.Portal.Accounts;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;

namespace Jiqun.Portal.Notices;

/// <summary>How many things on a person's page of notices are new, or close soon: for the head of every page, so one prepared question.</summary>
sealed record NoticeCount(int Value)
{
    /// <summary>Of unread notices, no more are counted.</summary>
    public const int Most = 99;

    /// <summary>As <see cref="Visible.RoundsOf"/> says. $3 is the path of the person's organisation; empty for those who see no round.</summary>
    const string IsVisibleRound =
        """
        ($3 <> '' AND (NOT EXISTS (SELECT 1 FROM round_entrant x WHERE x.round_id = r.id)
            OR EXISTS (SELECT 1 FROM round_entrant x JOIN organisation o ON o.id = x.organisation_id
                WHERE x.round_id = r.id AND (substr($3, 1, length(o.path)) = o.path OR substr(o.path, 1, length($3)) = $3))))
        """;

    /// <summary>As <see cref="Visible.NoticesOf"/> says: what is addressed to a person can be seen by them, but for what was taken back since.</summary>
    const string Unread =
        $"""
        SELECT count(*) FROM (SELECT 1 FROM notice n
        WHERE n.recipient IN ($1, $2, '00000000-0000-0000-0000-000000000000') AND n.id > COALESCE((SELECT up_to FROM notice_mark WHERE account_id = $1), 0)
            AND n.account_id <> $1 AND n.at > $4 AND n.at >= (SELECT created_at FROM account WHERE id = $1)
            AND CASE
                WHEN n.kind = 'Submitted' THEN EXISTS (SELECT 1 FROM entry e WHERE e.id = n.subject AND (e.organisation_id = $2 OR e.submissions > 0))
                WHEN n.kind IN ('StepTaken', 'TurnCame', 'Returned', 'Decided') THEN EXISTS (SELECT 1 FROM entry_step s JOIN entry e ON e.id = s.entry_id WHERE s.id = n.subject AND (e.organisation_id = $2 OR e.submissions > 0))
                WHEN n.kind = 'EvidencePutAway' THEN EXISTS (SELECT 1 FROM evidence f WHERE f.id = n.subject AND f.put_away_at IS NOT NULL)
                WHEN n.kind IN ('RoundMade', 'RoundChanged') THEN EXISTS (SELECT 1 FROM round r WHERE r.id = n.subject AND {IsVisibleRound})
                ELSE 1 = 1 END
        LIMIT 100) unread
        """;

    /// <summary>As <see cref="Waiting"/> says.</summary>
    const string Closing =
        $"""
        SELECT count(*) FROM round r
        WHERE r.opens_at <= $5 AND r.closes_at > $5 AND r.closes_at <= $6 AND {IsVisibleRound}
            AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.round_id = r.id AND e.organisation_id = $2 AND e.state <> 'Draft')
        """;

    const string ForOffices = $"SELECT ({Unread})", ForEntrants = $"SELECT ({Unread}) + (SELECT count(*) {ColleagueEdits.Unseen}) + ({Closing})";

    public static async Task<int> Of(Database database, Actor actor, DateTime now)
    {
        object[] values = [actor.AccountId, actor.OrganisationId ?? actor.AccountId, actor.Role is Role.Member ? actor.Path! : "", now - ReadNotices.Told];
        var statement = actor.IsMember(Level.Promoter) ? new Statement(ForEntrants, [.. values, now, now + Waiting.Soon]) : new Statement(ForOffices, values);
        return (await database.First(statement, row => new NoticeCount((int)row.GetInt64(0))))!.Value;
    }
}
