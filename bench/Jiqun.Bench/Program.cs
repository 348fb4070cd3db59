using System.Globalization;
using Jiqun.Bench;

// Jiqun.Bench read FOLDER [ROUNDS]      reading the .docx forms of a folder
// Jiqun.Bench rivals FOLDER COUNT       the same filled forms as .docx (for LibreOffice) and as .typ (for Typst)
// Jiqun.Bench write COUNT [JSON]        writing them as Word and PDF, warm
// Jiqun.Bench memory COUNT              writing many PDFs in one process
// Jiqun.Bench check [ROUNDS]            checking a full form again when one field has changed
// Jiqun.Bench seed DATABASE FILE COUNT  a portal's database with so many promotion organisations and filled entries; their sessions go into FILE
// Jiqun.Bench round DATABASE FILE COUNT a database with a round of so many submissions, and one before it; a session of the ministry goes into FILE
// Jiqun.Bench load OURS RIVAL FILE      sends requests to both servers as lines of standard input say
// Jiqun.Bench export FOLDER COUNT KIND  an export (ExportExcel, ExportCsv, ExportJson, ExportDocuments, ExportReportWord, ExportReportPdf) of a round with so many submissions, in a database that is made there
switch (args)
{
    case ["read", var folder, ..]:
        Reading.Run(folder, args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 15);
        return 0;
    case ["rivals", var folder, var count]:
        Writing.MakeRivals(folder, int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["write", var count]:
        Writing.Run(int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["memory", var count]:
        Writing.Memory(int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["check", ..]:
        Checking.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 15);
        return 0;
    case ["seed", var database, var file, var count]:
        await PortalSeed.Run(database, file, int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["submit-again", var database, var file]:
        await RoundSeed.SubmitAgain(database, file);
        return 0;
    case ["round", var database, var file, var count]:
        await RoundSeed.Run(database, file, int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["load", var ours, var rival, var file]:
        await PortalLoad.Run(new Uri(ours), new Uri(rival), file);
        return 0;
    case ["export", var folder, var count, var kind]:
        await Exporting.Run(folder, int.Parse(count, CultureInfo.InvariantCulture), Enum.Parse<Jiqun.Portal.Jobs.JobKind>(kind));
        return 0;
    default:
        Console.Error.WriteLine("Jiqun.Bench read FOLDER [ROUNDS] | rivals FOLDER COUNT | write COUNT | memory COUNT | check [ROUNDS] | seed DATABASE FILE COUNT | round DATABASE FILE COUNT | submit-again DATABASE FILE | load OURS RIVAL FILE | export FOLDER COUNT KIND");
        return 2;
}
