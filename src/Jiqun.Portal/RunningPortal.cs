using System.Net.Sockets;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;

namespace Jiqun.Portal;

/// <summary>A portal that answers.</summary>
public sealed class RunningPortal : IAsyncDisposable
{
    readonly WebApplication app;
    readonly IDisposable? telemetry;

    RunningPortal(WebApplication app, IDisposable? telemetry, string? firstAdministratorLink) => (this.app, this.telemetry, FirstAdministratorLink) = (app, telemetry, firstAdministratorLink);

    /// <summary>Brings the database up to date and begins to answer.</summary>
    /// <param name="prepare">Run between the two; null for nothing.</param>
    /// <exception cref="StartException">The database or the address cannot be used.</exception>
    /// <exception cref="PinnedFormException">A form that a round has pinned is not what it was.</exception>
    public static async Task<RunningPortal> Start(PortalSettings settings, Func<PortalSettings, Task>? prepare = null)
    {
        await settings.Database.Migrate();
        if (prepare is not null)
            await prepare(settings);
        string? path;
        await using (var db = settings.Database.Open())
        {
            await PinnedForms.Check(db, settings.Forms, settings.Approvals);
            path = await FirstAdministrator.Invite(db, settings.Clock);
        }
        var app = Portal.Build(settings);
        try
        {
            await app.StartAsync();
        }
        catch (Exception why) when (why is IOException or SocketException or FormatException or InvalidOperationException)
        {
            await app.DisposeAsync();
            throw new StartException(Words.Of(why is IOException { InnerException: AddressInUseException } ? "start-port" : "start-address", settings.Urls, why.Message), why);
        }
        return new RunningPortal(app, Telemetry.Start(), path is null ? null : app.Urls.First() + path);
    }

    /// <summary>Addresses that it listens on.</summary>
    public IReadOnlyCollection<string> Addresses => [.. app.Urls];

    public IServiceProvider Services => app.Services;

    /// <summary>Where the first administrator's account is made, once; null when there are accounts.</summary>
    public string? FirstAdministratorLink { get; }

    /// <summary>Answers until asked to stop; requests that are under way end first.</summary>
    public async Task Stopped(CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, TaskScheduler.Default);
        await app.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        telemetry?.Dispose();              // sends what is still to be sent
    }
}
