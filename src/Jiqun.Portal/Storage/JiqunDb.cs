using System.Text;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Alarms;
using Jiqun.Portal.Api;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Collecting;
using Jiqun.Portal.Desk;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Mails;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Publication;
using Jiqun.Portal.Rounds;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Jiqun.Portal.Storage;

/// <summary>Everything that the portal keeps. The same model on SQLite and PostgreSQL; times are UTC.</summary>
public abstract class JiqunDb(DbContextOptions options) : IdentityUserContext<Account, Guid>(options), IDataProtectionKeyContext
{
    public DbSet<Installation> Installations => Set<Installation>();

    public DbSet<Organisation> Organisations => Set<Organisation>();

    public DbSet<Invitation> Invitations => Set<Invitation>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<FormerPassword> FormerPasswords => Set<FormerPassword>();

    public DbSet<Policy> Policies => Set<Policy>();

    public DbSet<AccessToken> AccessTokens => Set<AccessToken>();

    public DbSet<AnsweredRequest> AnsweredRequests => Set<AnsweredRequest>();

    public DbSet<Round> Rounds => Set<Round>();

    public DbSet<RoundEntrant> RoundEntrants => Set<RoundEntrant>();

    public DbSet<Entry> Entries => Set<Entry>();

    public DbSet<Answer> Answers => Set<Answer>();

    public DbSet<Change> Changes => Set<Change>();

    public DbSet<Submission> Submissions => Set<Submission>();

    public DbSet<PersonalValue> PersonalValues => Set<PersonalValue>();

    public DbSet<FigureRow> Figures => Set<FigureRow>();

    public DbSet<SavedView> SavedViews => Set<SavedView>();

    public DbSet<EntryStep> EntrySteps => Set<EntryStep>();

    public DbSet<ReturnPoint> ReturnPoints => Set<ReturnPoint>();

    public DbSet<SubmissionPlace> SubmissionPlaces => Set<SubmissionPlace>();

    public DbSet<Opinion> Opinions => Set<Opinion>();

    public DbSet<Recommendation> Recommendations => Set<Recommendation>();

    public DbSet<RecommendedEntry> RecommendedEntries => Set<RecommendedEntry>();

    public DbSet<RoundDeadline> RoundDeadlines => Set<RoundDeadline>();

    public DbSet<RoundQuota> RoundQuotas => Set<RoundQuota>();

    public DbSet<Extension> Extensions => Set<Extension>();

    public DbSet<EvidenceFile> Evidence => Set<EvidenceFile>();

    public DbSet<ChangeOrigin> ChangeOrigins => Set<ChangeOrigin>();

    public DbSet<RoundPublication> Publications => Set<RoundPublication>();

    public DbSet<VisitorComment> VisitorComments => Set<VisitorComment>();

    public DbSet<Notice> Notices => Set<Notice>();

    public DbSet<NoticeMark> NoticeMarks => Set<NoticeMark>();

    public DbSet<EntrySeen> EntriesSeen => Set<EntrySeen>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    public DbSet<Alarm> Alarms => Set<Alarm>();

    public DbSet<AuditBlock> AuditBlocks => Set<AuditBlock>();

    public DbSet<OutboxRow> Outbox => Set<OutboxRow>();

    public DbSet<Mail> Mails => Set<Mail>();

    public DbSet<Job> Jobs => Set<Job>();

    public DbSet<JobPart> JobParts => Set<JobPart>();

    public DbSet<MailedFile> MailedFiles => Set<MailedFile>();

    public DbSet<PendingAddress> PendingAddresses => Set<PendingAddress>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTime>().HaveConversion<Utc>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(40);
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(JiqunDb).Assembly);
        foreach (var table in builder.Model.GetEntityTypes())
        {
            if (table.GetTableName() is { } name)
                table.SetTableName(Snake(name.Replace("AspNetUser", "account_", StringComparison.Ordinal)));
            foreach (var column in table.GetProperties())
                column.SetColumnName(Snake(column.Name));
        }
    }

    /// <summary>Names as SQL has them, so that statements need no quotation marks: entry_id.</summary>
    static string Snake(string name)
    {
        var snake = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && snake.Length > 0 && snake[^1] != '_')
                snake.Append('_');
            snake.Append(char.ToLowerInvariant(c));
        }
        return snake.ToString();
    }

    /// <summary>SQLite gives times back without saying that they are UTC.</summary>
    sealed class Utc() : ValueConverter<DateTime, DateTime>(at => at, at => DateTime.SpecifyKind(at, DateTimeKind.Utc));
}
