using System.CommandLine;
using System.CommandLine.Help;
using Jiqun.Cli;
using Jiqun.Core.Definitions;
using Jiqun.Core.Identifiers;
using Jiqun.Portal.Backups;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;

OpenSsl.UseOwnWhereThereIsNone();
Language.Use(Language.Of(Environment.GetEnvironmentVariable));

// the reference data is read while the form and the first file are
_ = Task.Run(static () => Divisions.All.Count + IndustryClasses.All.Count);

var jiqun = new Command("jiqun")
{
    CollectCommand.Make(), CheckCommand.Make(), BlankCommand.Make(), FillCommand.Make(), VerifyCommand.Make(), AuditCommand.Make(), ServeCommand.Make(), DemoCommand.Make(), BackupCommand.Make(), RestoreCommand.Make(), FiguresCommand.Make(),
};
jiqun.Options.Add(new HelpOption { Action = new PrintHelp() });
jiqun.Options.Add(new VersionOption());

var parsed = jiqun.Parse(args);
if (parsed.Errors.Count > 0 && parsed.Action is not { ClearsParseErrors: true })
{
    var command = parsed.CommandResult.Command == jiqun ? "jiqun" : $"jiqun {parsed.CommandResult.Command.Name}";
    foreach (var mistake in UsageMistakes.In(parsed))
        Console.Error.WriteLine($"jiqun: {Printable.Of(mistake)}");
    Console.Error.WriteLine(Messages.Of("see-help", command));
    return ExitStatus.Usage;
}
try
{
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (FormDefinitionException e)
{
    Console.Error.WriteLine($"jiqun: {e.Message}");
    return ExitStatus.Software;
}
catch (PinnedFormException e)
{
    Console.Error.WriteLine($"jiqun: {e.Message}");
    return ExitStatus.Software;
}
catch (Exception e) when (e is StartException or BackupException)
{
    Console.Error.WriteLine($"jiqun: {e.Message}");
    return ExitStatus.Found;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(Messages.Of("output-failed", e.Message));
    return ExitStatus.Found;
}
