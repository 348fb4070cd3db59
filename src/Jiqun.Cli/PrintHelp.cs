using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Jiqun.Cli;

/// <summary>Prints the help of a command, from the messages: the library's own has no examples and, without ICU, only English.</summary>
sealed class PrintHelp : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        // what has parts is told whole
        var command = parseResult.CommandResult is { Parent: CommandResult { Command: { Name: not "jiqun" } whole } } ? whole : parseResult.CommandResult.Command;
        parseResult.InvocationConfiguration.Output.WriteLine(Messages.Of($"help-{command.Name}"));
        return ExitStatus.Fine;
    }
}
