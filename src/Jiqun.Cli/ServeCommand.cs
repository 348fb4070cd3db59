using System.CommandLine;
using Jiqun.Core.Definitions;
using Jiqun.Documents.Pdf.Signatures;
using Jiqun.Portal;
using Jiqun.Portal.Backups;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Mails;
using Jiqun.Portal.Storage;

namespace Jiqun.Cli;

/// <summary><c>jiqun serve</c>: the portal.</summary>
static class ServeCommand
{
    public const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>Environment variable with the password of the mail server: a command line can be read by others.</summary>
    const string MailPassword = "JIQUN_MAIL_PASSWORD";

    public static Command Make()
    {
        var urls = new Option<string>("--urls") { DefaultValueFactory = _ => DefaultUrl };
        var store = new StoreOptions();
        var trust = new Option<string?>("--trust");
        var scan = new Option<string?>("--scan");
        var mail = new Option<string?>("--mail");
        var from = new Option<string?>("--mail-from");
        var address = new Option<string?>("--address");
        var backups = new Option<string?>("--backups");
        var backupAt = new Option<string?>("--backup-at");
        var backupKeep = new Option<string?>("--backup-keep");
        var command = new Command("serve") { urls };
        store.AddTo(command);
        foreach (var option in (Option[])[trust, scan, mail, from, address, backups, backupAt, backupKeep])
            command.Options.Add(option);
        command.SetAction(async (given, _) =>
        {
            var mails = MailSettings.Read(given.GetValue(mail), given.GetValue(from), given.GetValue(address), Environment.GetEnvironmentVariable(MailPassword));
            var schedule = BackupSettings.Read(given.GetValue(backups), given.GetValue(backupAt), given.GetValue(backupKeep));
            var scanner = VirusScanner.Read(given.GetValue(scan));
            var authorities = given.GetValue(trust) is { } folder ? Authorities.In(folder) : Authorities.None;
            if (authorities.Refused)
                throw new StartException(string.Join('\n', authorities.Refusal.Select(f => f.Message)));
            var opened = store.Open(given);
            if (opened.Refused)
                return UsageMistakes.Refuse(opened.Refusal[0].Message);
            await using var database = opened.Value;
            return await Run(database, given.GetValue(urls)!, null, s => s with { Mail = mails, Backups = schedule, Scanner = scanner, Authorities = given.GetValue(trust) is null ? null : authorities.Value });
        });
        return command;
    }

    /// <param name="prepare">Run once the tables are there, before the portal answers; gives lines to print once it does.</param>
    /// <param name="set">What else the portal is started with; null for nothing.</param>
    /// <returns>The exit status.</returns>
    public static async Task<int> Run(Database store, string urls, Func<PortalSettings, Task<IReadOnlyList<string>>>? prepare, Func<PortalSettings, PortalSettings>? set = null)
    {
        var settings = new PortalSettings(store, FormLibrary.Builtin, TimeProvider.System, urls);
        if (set is not null)
            settings = set(settings);
        using var stop = new Stop();
        IReadOnlyList<string> lines = [];
        await using var running = await RunningPortal.Start(settings, prepare is null ? null : async s => lines = await prepare(s));
        foreach (var address in running.Addresses)
            Console.Out.WriteLine(Messages.Of("serving", address));
        if (running.FirstAdministratorLink is { } link)
            Console.Out.WriteLine(Messages.Of("first-administrator", link));
        foreach (var line in lines)
            Console.Out.WriteLine(line);
        await running.Stopped(stop.Requested);
        return ExitStatus.Fine;
    }
}
