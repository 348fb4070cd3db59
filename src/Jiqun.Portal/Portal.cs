using System.Text.Encodings.Web;
using System.Text.Unicode;
using Jiqun.Core.Approvals;
using Jiqun.Core.Definitions;
using Jiqun.Documents.Pdf;
using Jiqun.Documents.Pdf.Signatures;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Alarms;
using Jiqun.Portal.Api;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Backups;
using Jiqun.Portal.Collecting;
using Jiqun.Portal.Desk;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Mails;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.PersonalData;
using Jiqun.Portal.Publication;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Jiqun.Portal;

/// <summary>What a portal is started with.</summary>
/// <param name="Urls">Addresses to listen on, parted by semicolons; port 0 takes a free one.</param>
public sealed record PortalSettings(Database Database, FormLibrary Forms, TimeProvider Clock, string Urls)
{
    /// <summary>The ways that entries go after they were submitted.</summary>
    public ApprovalLibrary Approvals { get; init; } = ApprovalLibrary.Builtin;

    /// <summary>Whose certificates are believed on electronic seals; null where none are taken.</summary>
    public Authorities? Authorities { get; init; }

    /// <summary>What counts as long as the security administrator has set nothing.</summary>
    public Policy InitialPolicy { get; init; } = new();

    /// <summary>How often a minute one address may try to sign in or to accept an invitation.</summary>
    public int AttemptsPerMinute { get; init; } = 30;

    /// <summary>How often an hour one address may send comments on published rounds.</summary>
    public int CommentsPerHour { get; init; } = 30;

    /// <summary>How often a minute the programs of one person may ask.</summary>
    public int ApiRequestsPerMinute { get; init; } = 600;

    /// <summary>How often a minute the pages of one account, or one address where nobody is signed in, may ask; what saves and looks for news is not counted.</summary>
    public int RequestsPerMinute { get; init; } = 3_000;

    /// <summary>What every uploaded file is shown to before it is taken; null where files are taken unscanned.</summary>
    public VirusScanner? Scanner { get; init; }

    /// <summary>Null when no mail is sent.</summary>
    public MailSettings? Mail { get; init; }

    /// <summary>Null when this portal makes no backups by itself.</summary>
    public BackupSettings? Backups { get; init; }
}

/// <summary>The web application.</summary>
public static class Portal
{
    /// <summary>Largest request: a whole form with every long text at its limit.</summary>
    internal const long LargestRequest = 4 * 1024 * 1024;

    /// <summary>Most inputs of a form: a selection of entries, and what goes with it.</summary>
    const int LargestForm = AskExport.MostEntries + 1_000;

    /// <summary>Connections at once; further ones are closed.</summary>
    const int MostConnections = 20_000;

    /// <summary>Of a larger one so much is read and thrown away.</summary>
    const long LargestRead = 64 * 1024 * 1024;

    /// <summary>The application, not yet started. The database is to be migrated before.</summary>
    public static WebApplication Build(PortalSettings settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseUrls(settings.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries)).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequest;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error)         // tells at every page that it forbids to keep it, which every page does
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)     // whoever starts it is told why it does not start
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel", level => level is LogLevel.Warning or LogLevel.Error)
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)           // hangs a request's address on every line; it may bear a secret, so at no level are these three heard of it
            .AddFilter("Microsoft.AspNetCore.Http.Result", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.Routing", LogLevel.Warning)
            .AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.None)     // of two people one is told; what nobody expects is logged where it ends
            .AddFilter("jiqun.backup", LogLevel.Information)               // that one was made is worth a line a day
            .AddFilter("Microsoft.EntityFrameworkCore.Update", LogLevel.None);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        AddServices(builder.Services, settings);

        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseOrigins();
        app.UseWhen(http => !http.Request.HasJsonContentType(), pages => pages.UseResponseCompression());        // what answers a save is small
        app.UseSafeHeaders();
        app.UseLanguages();
        app.UseFailures();
        app.Use((http, next) =>
        {
            if (http.Request.IsHttps)
                http.Response.Headers.StrictTransportSecurity = "max-age=31536000";
            return next(http);
        });
        app.UseHeads();
        app.UseRouting();
        app.UseLargestRequest(LargestRequest, LargestRead);
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseNotedRefusals();
        app.UseTokens();
        app.UseForcedSteps();
        app.UseRequestKeys();

        app.MapHealth();
        app.MapAssets();
        app.MapLanguages();
        app.MapAccounts();
        app.MapInvitations();
        app.MapAudit();
        app.MapAlarms();
        app.MapOrganisations();
        app.MapRounds();
        app.MapEntries();
        app.MapEvidence();
        app.MapApprovals();
        app.MapNotices();
        app.MapPersonalData();
        app.MapMails();
        app.MapDesk();
        app.MapPublication();
        app.MapExports();
        app.MapJobs();
        app.MapMailbox();
        var api = app.MapApi();
        api.MapAccountApi();
        api.MapAlarmApi();
        api.MapOrganisationApi();
        api.MapRoundApi();
        api.MapEntryApi();
        api.MapEvidenceApi();
        api.MapApprovalApi();
        api.MapNoticeApi();
        api.MapMailApi();
        api.MapDeskApi();
        api.MapFigureApi();
        api.MapPublicationApi();
        api.MapExportApi();
        api.MapJobApi();
        api.MapMailboxApi();
        app.MapFallback((HttpContext http) => Refusals.Refused([Refusals.Missing()], http));
        return app;
    }

    static void AddServices(IServiceCollection services, PortalSettings settings)
    {
        services.AddSingleton(settings).AddSingleton(settings.Database).AddSingleton(settings.Forms).AddSingleton(settings.Approvals).AddSingleton(settings.Clock);
        settings.Database.AddTo(services);
        settings.Database.Keep(services.AddDataProtection().SetApplicationName("jiqun"));
        services.AddSingleton(_ => InstalledFonts.Find());
        services.AddSingleton<Readiness>();
        services.AddRoutingCore();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);      // or an address that cannot be read is answered by an empty page
        services.AddRazorComponents();
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = ["text/html"];         // scripts and styles are compressed already
        });
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            // only a proxy on this machine or in a private network is believed
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            foreach (var network in (string[])["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        });
        services.Configure<FormOptions>(form => form.ValueCountLimit = LargestForm);
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "jiqun-form";
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddAccounts(settings);
        services.AddRequestLimits(settings);
        services.AddInvitations();
        services.AddOrganisations();
        services.AddRounds();
        services.AddAudit();
        services.AddApi();
        services.AddEntries();
        services.AddEvidence();
        services.AddApprovals(settings);
        services.AddNotices();
        services.AddPersonalData();
        services.AddMails();
        services.AddDesk();
        services.AddPublication();
        services.AddExports();
        services.AddJobs();
        services.AddCollecting();
        services.AddHostedService<ScheduledBackups>();
    }
}
