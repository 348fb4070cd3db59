using System.CommandLine;
using System.Globalization;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Backups;
using Jiqun.Portal.Entries;

namespace Jiqun.Cli;

/// <summary><c>jiqun figures</c>: makes the flat table of figures anew from the submissions.</summary>
static class FiguresCommand
{
    public static Command Make()
    {
        var store = new StoreOptions();
        var figures = new Command("figures");
        store.AddTo(figures);
        figures.SetAction(async (given, _) =>
        {
            var opened = store.OpenThere(given);
            if (opened.Refused)
                return UsageMistakes.Refuse(opened.Refusal[0].Message);
            await using var database = opened.Value;
            await database.Unlock();
            using var stop = new Stop();
            try
            {
                (int Submissions, long Figures) made;
                using (var rows = new RowsProgress(Console.Error, !Console.IsErrorRedirected))
                    made = await new RebuildFigures(database, FormLibrary.Builtin).Run(done => rows.Show(new BackupProgress("submission", done)), stop.Requested);
                Console.Error.WriteLine(Messages.Of("figures-made", made.Submissions.ToString("N0", CultureInfo.InvariantCulture), made.Figures.ToString("N0", CultureInfo.InvariantCulture)));
                return ExitStatus.Fine;
            }
            catch (OperationCanceledException) when (stop.Requested.IsCancellationRequested)
            {
                Console.Error.WriteLine(Messages.Of("figures-stopped"));
                return stop.Status;
            }
        });
        return figures;
    }
}
