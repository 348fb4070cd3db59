using System.CommandLine;
using System.Globalization;
using Jiqun.Portal.Backups;

namespace Jiqun.Cli;

/// <summary><c>jiqun backup</c>: everything that the portal keeps, into one encrypted file, while people work.</summary>
static class BackupCommand
{
    public static Command Make()
    {
        var file = new Argument<string>("FILE");
        file.Validators.Add(UsageMistakes.RefuseUnknownOptions);
        var force = new Option<bool>("--force");
        var store = new StoreOptions();
        var backup = new Command("backup") { file, force };
        store.AddTo(backup);
        backup.SetAction(async (given, _) =>
        {
            var path = given.GetValue(file)!;
            if (path.Length == 0 || path.EndsWith('/') || Directory.Exists(path))
                return UsageMistakes.Refuse(Messages.Of("output-is-folder", path));
            if (File.Exists(path) && !given.GetValue(force))
                return UsageMistakes.Refuse(Messages.Of("backup-exists", path));
            var opened = store.OpenThere(given);
            if (opened.Refused)
                return UsageMistakes.Refuse(opened.Refusal[0].Message);
            await using var database = opened.Value;
            await database.Unlock();
            return await Told("backup-made", path, (progress, stop) => new MakeBackup(database, TimeProvider.System).Run(path, given.GetValue(force), progress, stop));
        });
        return backup;
    }

    /// <summary>Runs with the progress on standard error, and a summary in the end.</summary>
    /// <param name="sentence">The summary: {0} the file, {1} tables, {2} rows, {3} bytes, {4} seconds, {5} when the backup was made.</param>
    /// <returns>The exit status.</returns>
    public static async Task<int> Told(string sentence, string path, Func<Action<BackupProgress>, CancellationToken, Task<BackupSummary>> run)
    {
        using var stop = new Stop();
        try
        {
            BackupSummary done;
            using (var rows = new RowsProgress(Console.Error, !Console.IsErrorRedirected))
                done = await run(rows.Show, stop.Requested);
            Console.Error.WriteLine(Messages.Of(sentence, Printable.Of(path), done.Tables, Number(done.Rows), Number(done.Bytes), done.Took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture), Portal.Layout.Beijing.Shown(done.MadeAt)));
            return ExitStatus.Fine;
        }
        catch (OperationCanceledException) when (stop.Requested.IsCancellationRequested)
        {
            Console.Error.WriteLine(Messages.Of("backup-stopped"));
            return stop.Status;
        }
    }

    static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
