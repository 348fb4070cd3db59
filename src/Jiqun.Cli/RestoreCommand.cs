using System.CommandLine;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Backups;
using Jiqun.Portal.Storage;

namespace Jiqun.Cli;

/// <summary><c>jiqun restore</c>: a backup, into an empty database.</summary>
static class RestoreCommand
{
    public static Command Make()
    {
        var file = new Argument<string>("FILE");
        file.Validators.Add(UsageMistakes.RefuseUnknownOptions);
        var store = new StoreOptions();
        var restore = new Command("restore") { file };
        store.AddTo(restore);
        restore.SetAction(async (given, cancel) =>
        {
            var path = given.GetValue(file)!;
            if (store.KeyFile(given) is not { } keyFile)
                return UsageMistakes.Refuse(Messages.Of("restore-key"));
            var key = MasterKey.Read(keyFile);
            var opened = store.Open(given);
            if (opened.Refused)
                return UsageMistakes.Refuse(opened.Refusal[0].Message);
            await using var database = opened.Value;
            var status = await BackupCommand.Told("restored", path, (progress, stop) => new RestoreBackup(database, key).Run(path, progress, stop));
            if (status != ExitStatus.Fine)
                return status;
            // what was changed before the backup is in it as well
            await database.Unlock();
            var verdict = await new VerifyAudit(database, TimeProvider.System).Run([], cancel: cancel);
            AuditCommand.Print(Console.Error, verdict);
            if (verdict.Flaws.Count > 0)
                status = ExitStatus.Found;
            Console.Error.WriteLine(Messages.Of("restored-serve", store.Named(given), Printable.Of(keyFile)));
            return status;
        });
        return restore;
    }
}
